// The formats of /proc/PID files against recordings.

import Testing

@testable import LinuxMemory
@testable import MemScript

@Suite("Formats of /proc/PID files")
struct ProcessTextTests {
  /// Recorded on Linux 6.1 with norandmaps, for processes whose program's sizes differ from the simulated one's and who
  /// ignore SIGPIPE; the numbers that follow from that and the times are replaced.
  @Test("the 52 fields of stat", arguments: ["x86_64", "i386"])
  func stat(architecture: String) throws {
    let isWide = architecture == "x86_64"
    let shell = try Shell("arch=\(architecture)")
    let main = try shell.session.machine.spawn(name: "main").get()
    _ = try shell.session.machine.mmap(length: 1 << 20, in: main).get()
    let child = try shell.session.machine.fork(main, name: "main").get()
    func fields(_ process: ProcessID) throws -> [String] {
      try String(shell.output("cat /proc/\(process.rawValue)/stat").dropLast()).fields
    }
    let recorded =
      isWide
      ? "83 (main) S 82 0 0 0 -1 0 107 0 0 0 0 1 0 0 20 0 1 0 382 2068480 228 18446744073709551615 4198400 4833280 "
        + "140737488350800 0 0 0 0 4096 0 1 0 0 17 0 0 0 0 0 0 5005312 5033984 5054464 140737488351209 "
        + "140737488351214 140737488351214 140737488351214 0"
      : "83 (main) S 82 0 0 0 -1 0 107 0 0 0 0 2 0 0 20 0 1 0 744 2072576 229 4294967295 134516736 135110656 "
        + "3221225216 0 0 0 0 4096 0 1 0 0 17 0 0 0 0 0 0 135335936 135356416 135376896 3221225453 3221225458 "
        + "3221225458 3221225458 0"
    var expected = recorded.fields
    let simulated = try fields(main)
    #expect(simulated.count == 52)
    // Fields as proc(5) counts them: numbers, faults, times, memory in use, ignored signals, sizes of the program.
    for field in [1, 4, 10, 15, 22, 24, 27, 33, 45, 46] { expected[field - 1] = simulated[field - 1] }
    #expect(simulated == expected)
    let copied = try fields(child)
    #expect(copied[3] == simulated[0] && copied[8] == "64")
    #expect(Array(copied[25...]) == Array(simulated[25...]))
    // Zombies: one that ended by itself, one that was killed for a bad address.
    shell.session.machine.exit(child, status: 3)
    let other = try shell.session.machine.fork(main, name: "main").get()
    _ = shell.session.machine.kill(other, signal: 11)
    let zombie =
      "Z 83 0 0 0 -1 32844 56 0 0 0 0 0 0 0 20 0 1 0 783 0 0 18446744073709551615 0 0 0 0 0 0 0 4096 0 1"
    for (process, flags, code) in [(child, "32844", "768"), (other, "34380", "11")] {
      var wanted = zombie.fields.map { isWide || $0.count < 20 ? $0 : "4294967295" }
      wanted += "0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 \(code)".fields
      let found = try fields(process)
      wanted[1] = simulated[0]
      wanted[6] = flags
      for index in [7, 19, 30] { wanted[index] = found[index + 2] }
      #expect(Array(found[2...]) == wanted)
      #expect(try !shell.output("cat /proc/\(process.rawValue)/status").contains("Umask"))
    }
  }
}
