// truncate, fallocate, dd, rm, chmod, sync, mkswap and ls -l on simulated files.

import ScriptLanguage
import Testing

@testable import MemScript

@Suite("Shell commands on simulated files")
struct SimulatedFileCommandTests {
  /// The KiB of a line of /proc/meminfo.
  private func meminfo(_ shell: Shell, _ name: String) throws -> Int {
    let line = try shell.output("cat /proc/meminfo").lines.first { $0.hasPrefix(name + ":") }
    return try #require(line.flatMap { Int($0.fields[1]) })
  }

  @Test("a sparse file fills the page cache like any other, and has no blocks")
  func sparse() throws {
    let shell = try Shell()
    #expect(try shell.run("truncate -s 64M /tmp/a").status == 0)
    #expect(try shell.output("ls -l /tmp") == "total 0\n-rw-r--r-- 1 root root 67108864 Jan  1 00:00 a\n")
    let before = try meminfo(shell, "Cached")
    try shell.run("cat /tmp/a > /dev/null")
    #expect(try meminfo(shell, "Cached") == before + 65536)
    #expect(try shell.run("truncate -s -63M /tmp/a").status == 0)
    #expect(try meminfo(shell, "Cached") == before + 1024)
    #expect(
      try shell.run("truncate -s x /tmp/a")
        == .init(output: "", errors: "truncate: Invalid number: 'x'\n", status: 1))
    #expect(throws: ScriptError.self) { try shell.run("truncate -s 1M /proc/a") }
  }

  @Test("dd writes dirty pages, sync cleans them, and dd counts as dd does")
  func dd() throws {
    let shell = try Shell()
    let result = try shell.run("dd if=/dev/zero of=/tmp/b bs=1M count=50")
    #expect(
      result.errors
        == "50+0 records in\n50+0 records out\n52428800 bytes (52 MB, 50 MiB) copied, 0 s, Infinity B/s\n")
    #expect(try meminfo(shell, "Dirty") == 51200)
    #expect(try shell.output("ls -lh /tmp/b") == "-rw-r--r-- 1 root root 50M Jan  1 00:00 /tmp/b\n")
    try shell.run("sync")
    #expect(try meminfo(shell, "Dirty") == 0)
    #expect(try meminfo(shell, "Inactive(file)") == 51200)
    let back = try shell.run("dd if=/tmp/b of=/dev/null bs=3M")
    #expect(back.errors.hasPrefix("16+1 records in\n16+1 records out\n52428800 bytes"))
    #expect(try shell.run("dd if=/tmp/b of=/dev/null status=none").errors == "")
    #expect(
      try shell.run("dd if=/tmp/none of=/dev/null").errors
        == "dd: failed to open '/tmp/none': No such file or directory\n")
    #expect(try shell.run("dd if=/tmp/b of=/dev/null bs=0").errors == "dd: invalid number: '0'\n")
    #expect(throws: ScriptError.self) { try shell.run("dd if=/dev/zero of=/dev/null") }
    #expect(try shell.run("rm /tmp/b").status == 0)
    #expect(try meminfo(shell, "Inactive(file)") == 0)
  }

  @Test("more dirty pages than the background threshold are written by the flusher")
  func flusher() throws {
    let shell = try Shell()
    try shell.run("dd if=/dev/zero of=/tmp/b bs=1M count=200 status=none")
    let limit = shell.session.machine.dirtyLimits.background
    #expect(try meminfo(shell, "Dirty") == limit * 4)
    try shell.run("echo 5 > /proc/sys/vm/dirty_background_ratio")
    shell.session.machine.sleep(microseconds: 31_000_000)
    #expect(try meminfo(shell, "Dirty") == 0)
  }

  @Test("the pages of the disk are Buffers, and its end is the end")
  func disk() throws {
    let shell = try Shell("disk=64M")
    #expect(try shell.output("ls -l /dev/vda") == "brw-rw---- 1 root disk 254, 0 Jan  1 00:00 /dev/vda\n")
    try shell.run("dd if=/dev/vda of=/dev/null bs=1M status=none")
    #expect(try meminfo(shell, "Buffers") == 65536)
    #expect(try meminfo(shell, "Cached") == 0)
    let result = try shell.run("dd if=/dev/zero of=/dev/vda bs=1M")
    #expect(
      result.errors
        == "dd: error writing '/dev/vda': No space left on device\n65+0 records in\n64+0 records out\n"
        + "67108864 bytes (67 MB, 64 MiB) copied, 0 s, Infinity B/s\n")
    #expect(result.status == 1)
    #expect(
      try shell.run("dd if=/dev/zero of=/dev/vda bs=512 status=noxfer").errors.contains(
        "131073+0 records in\n131072+0"))
  }

  @Test("a swap file: made, formatted, switched on; and what is refused while it is on")
  func swapFile() throws {
    let shell = try Shell()
    try shell.run("fallocate -l 256M /swap")
    #expect(try shell.run("swapon /swap").errors.hasSuffix("swapon: /swap: read swap header failed\n"))
    try shell.run("chmod 600 /swap")
    let made = try shell.run("mkswap /swap")
    #expect(made.errors == "")
    #expect(
      made.output.hasPrefix(
        "Setting up swapspace version 1, size = 256 MiB (268431360 bytes)\nno label, UUID="))
    #expect(try shell.run("mkswap /swap").output == made.output)
    #expect(try shell.run("swapon -p 5 /swap") == .init(output: "", errors: "", status: 0))
    #expect(
      try shell.output("swapon --show") == "NAME  TYPE SIZE USED PRIO\n/swap file 256M   0B    5\n")
    #expect(try shell.run("rm /swap").errors == "rm: cannot remove '/swap': Operation not permitted\n")
    #expect(try shell.run("truncate -s 1M /swap").errors.hasSuffix("Text file busy\n"))
    #expect(
      try shell.run("mkswap /swap").errors == "mkswap: error: /swap is mounted; will not make swapspace\n")
    #expect(
      try shell.run("swapoff /dev/null").errors == "swapoff: /dev/null: swapoff failed: Invalid argument\n")
    #expect(try shell.run("swapoff /swap").status == 0)
    #expect(try shell.run("rm /swap").status == 0)
    #expect(
      try shell.run("swapoff /swap").errors == "swapoff: /swap: swapoff failed: No such file or directory\n")
  }

  @Test("a file with holes is no swap area")
  func holes() throws {
    let shell = try Shell()
    try shell.run("truncate -s 64M /swap")
    #expect(
      try shell.run("mkswap /swap").errors.contains("/swap contains holes or other unsupported extents.\n"))
    #expect(
      try shell.run("swapon /swap").errors
        == "swapon: /swap: insecure permissions 0644, 0600 suggested.\n"
        + "swapon: /swap: skipping - it appears to have holes.\n")
  }

  @Test(
    "sizes as tools read and print them",
    arguments: [
      ("600M", 629_145_600), ("10MB", 10_000_000), ("1GiB", 1 << 30), ("4k", 4096), ("7", 7), (" +7", 7),
      ("E", 1 << 60), ("0Y", 0),
    ] as [(String, UInt64)])
  func sizes(text: String, bytes: UInt64) {
    #expect(ToolSize.read(text) == .bytes(bytes))
  }

  @Test("sizes that are none")
  func badSizes() {
    for text in ["", " ", "+", "-1", "1Q", "1b", "1MiBx", "0x10", "1.5M"] {
      #expect(ToolSize.read(text) == .malformed, "\(text)")
    }
    for text in ["99999999999999999999", "9007199254740992K", "8E", "1Z"] {
      #expect(ToolSize.read(text) == .tooLarge, "\(text)")
    }
    #expect(ToolSize.readForDd("2x512") == .bytes(1024))
    #expect(ToolSize.readForDd("1b") == .bytes(512))
    #expect(ToolSize.readForDd("1m") == .malformed)
    #expect(ToolSize.readForDd("1xx") == .malformed)
    #expect(ToolSize.readForDd("4294967296x4294967296") == .tooLarge)
    #expect(ToolSize.readForUtilLinux("0x10") == .bytes(16))
    #expect(ToolSize.readForUtilLinux("1.5M") == .bytes(3 << 19))
    #expect(ToolSize.readForUtilLinux("1.5") == .malformed)
    #expect(ToolSize.readForUtilLinux("8.0E") == .tooLarge)
    #expect(ToolSize.readForUtilLinux("16777216P") == .tooLarge)
  }

  @Test("human sizes round as dd and ls do")
  func humanSizes() {
    #expect(ToolSize.human(104_857_600, base: 1000, roundsUp: false) == ("105", "M"))
    #expect(ToolSize.human(1536, base: 1024, roundsUp: false) == ("1.5", "K"))
    #expect(ToolSize.human(1025, base: 1024, roundsUp: true) == ("1.1", "K"))
    #expect(ToolSize.human(10_239, base: 1024, roundsUp: true) == ("10", "K"))
    #expect(ToolSize.human(1_048_575, base: 1024, roundsUp: true) == ("1.0", "M"))
    #expect(ToolSize.human(999, base: 1000, roundsUp: false) == ("999", ""))
    #expect(ToolSize.human(.max, base: 1024, roundsUp: true) == ("16", "E"))
  }
}
