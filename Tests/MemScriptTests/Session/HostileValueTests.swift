// Hostile numbers in every file that takes some, and every file and view read afterwards: no trap, on no machine.

import LinuxMemory
import Testing

@testable import MemScript

@Suite("hostile values")
struct HostileValueTests {
  static let values = [
    "0", "1", "-1", "7", "-17", "2147483647", "-2147483648", "2147483648", "4294967295", "4294967296",
    "-4294967295",
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615",
    "18446744073709551616", "0xffffffffffffffff", "x", "", "1 2 3 4 5 6 7 8",
  ]

  /// What looks at numbers, beside the files.
  static let views = [
    "free -v", "free -h -t", "free -b", "free --peta", "vmstat", "vmstat -s", "ps aux", "pmap -x $$",
    "slabtop -o",
    "swapon --show", "why_oom", "heap", "bins", "dmesg",
  ]

  @Test(
    "every writable file, then every file and every view",
    arguments: ["thp=always", "arch=i386, swap=64M", "kernel=6.18, ram=64G, swap=64M"])
  func files(machine: String) throws {
    let session = try Session(
      machine: try Session.machineSettings(fromOption: machine), limits: ScriptLimits(steps: 20_000_000)
    ) { _, _ in }
    session.run("process web { p = malloc 10M; write p }")
    let booted = session.machine
    let system = ProcFileSystem(actor: session.currentProcess)
    // All slab caches have the same files.
    let files = ["/proc", "/sys"].flatMap { paths(below: $0, on: booted, system) }.filter {
      !$0.hasPrefix("/sys/kernel/slab/") || $0.hasPrefix("/sys/kernel/slab/kmalloc-64/")
    }
    let writable = files.filter { path in
      (try? system.openForWriting(path, on: booted)) != nil
    }
    #expect(files.count > 90)
    #expect(writable.count > 30)
    for (place, path) in writable.enumerated() {
      for value in Self.values {
        session.machine = booted
        session.run("echo '\(value)' > \(path)")
        // What the number leads to: a file of the kind it counts, a commit, a fault, a reclaim.
        session.run(
          "cat /proc/meminfo /proc/zoneinfo /proc/vmstat > /dev/null; free -v; vmstat -s; q = malloc 300K; write q"
        )
      }
      // Each file is read behind every fourth one that was written, another quarter each time.
      for (number, read) in files.enumerated() where number % 4 == place % 4 { session.run("cat \(read)") }
      for view in Self.views { session.run(view) }
      #expect(session.machine.isHalted || session.machine.invariantViolations() == [], "\(path)")
    }
  }

  @Test("physical addresses whose range ends where 64 bits do", arguments: ["x86_64", "i386"])
  func deviceMappings(architecture: String) throws {
    var machine = try Machine(configuration: MachineConfiguration(settings: [("arch", architecture)]))
    for (address, size) in [
      (UInt64(1) << 30, UInt64(bitPattern: -1 << 30)), (2 << 30, UInt64(bitPattern: -2 << 30)), (0, 0),
      (0, UInt64.max),
      (UInt64.max, 1), (UInt64.max - 4095, 4096), (1, UInt64.max - 1), (1 << 30, UInt64.max - 1 << 30 - 8191),
    ] {
      let result = try? machine.ioremap(address, size)
      // Of a 32-bit kernel's numbers the low halves count, which may well be a device.
      if architecture == "x86_64", case .success? = result {
        Issue.record("ioremap(\(address), \(size)) gave an address")
      }
    }
  }

  /// A statement with so many pieces of a kind.
  private func statement(_ kind: String, pieces count: Int) -> String {
    switch kind {
    case "print": "print " + Array(repeating: "1", count: count).joined(separator: ",")
    case "text": "a = 1; print \"" + String(repeating: "{a}", count: count) + "\""
    case "machine": "a = 1; machine ram=\"" + String(repeating: "$a", count: count) + "\""
    default: "a = 1; process \"" + String(repeating: "{a}", count: count) + "\" { }"
    }
  }

  @Test(
    "more pieces than an instruction counts are a diagnostic",
    arguments: ["print", "text", "machine", "process"])
  func pieces(kind: String) throws {
    let session = try Session { _, _ in }
    #expect(session.check(SourceText(name: "t", text: statement(kind, pieces: 100))).isEmpty)
    let problems = session.check(SourceText(name: "t", text: statement(kind, pieces: 70_000)))
    #expect(
      problems.contains { $0.message.contains("more than 65535") }, "\(problems.first?.message ?? "none")")
  }

  /// The paths of all files below a folder; of several processes' folders the acting one's.
  private func paths(below folder: String, on machine: Machine, _ files: ProcFileSystem) -> [String] {
    files.entries(of: folder, on: machine).flatMap { name -> [String] in
      let path = (folder == "/" ? "" : folder) + "/" + name
      if name.allSatisfy(\.isNumber), folder == "/proc" { return [] }
      switch files.node(at: path, on: machine) {
      case .directory?: return paths(below: path, on: machine, files)
      case nil: return []
      default: return [path]
      }
    }
  }
}
