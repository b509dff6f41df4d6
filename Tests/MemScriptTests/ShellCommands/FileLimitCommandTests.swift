// What truncate, fallocate and dd say to numbers that are too large, too small or none, as recorded from coreutils
// 9.1 and util-linux 2.38.1 on ext4.

import ScriptLanguage
import Testing

@testable import MemScript

@Suite("Limits of shell commands on files")
struct FileLimitCommandTests {
  @Test(
    "truncate",
    arguments: [
      ("-s 0", nil, 0),
      (
        "-s 9223372036854775807", "failed to truncate 'F' at 9223372036854775807 bytes: File too large",
        10_240
      ),
      ("-s 8E", "Invalid number: '8E': Value too large for defined data type", 10_240),
      (
        "-s 9223372036854775808",
        "Invalid number: '9223372036854775808': Value too large for defined data type", 10_240
      ),
      ("-s 17592186040320", nil, 17_592_186_040_320),
      ("-s 16T", "failed to truncate 'F' at 17592186044416 bytes: File too large", 10_240),
      ("-s +9223372036854775807", "overflow extending size of file 'F'", 10_240),
      ("-s -9223372036854775807", nil, 0),
      ("-s -1", nil, 10_239),
      ("-s +-1", "Invalid number: '+-1'", 10_240),
      ("-s 0x10", "Invalid number: '0x10'", 10_240),
      ("-s /4K", nil, 8192), ("-s %4K", nil, 12_288), ("-s <5K", nil, 5120), ("-s >5K", nil, 10_240),
      ("-s /0", "division by zero", 10_240),
      (
        "", "you must specify either '--size' or '--reference'\nTry 'truncate --help' for more information.",
        10_240
      ),
    ] as [(String, String?, UInt64)])
  func truncate(options: String, problem: String?, size: UInt64) throws {
    let shell = try Shell()
    try shell.run("truncate -s 10K F")
    let result = try shell.run("truncate \(options) F")
    #expect(result.errors == (problem.map { "truncate: \($0)\n" } ?? ""))
    #expect(result.status == (problem == nil ? 0 : 1))
    #expect(shell.session.machine.files.file(at: "/F")?.size == size)
  }

  @Test(
    "fallocate",
    arguments: [
      ("-l 0 F", "invalid length value specified"), ("-l -1 F", "invalid length value specified"),
      ("-l 8E F", "invalid length value specified"), ("-l abc F", "invalid length value specified"),
      ("-l 9223372036854775807 F", "fallocate failed: File too large"),
      ("-l 16T F", "fallocate failed: File too large"), ("-l 17592186040320 F", nil),
      ("-o -1 -l 1 F", "invalid offset value specified"),
      ("-o 9223372036854775807 -l 4096 F", "fallocate failed: File too large"),
      ("-o 17592186040320 -l 4096 F", "fallocate failed: File too large"),
      ("-l 1.5M F", nil), ("-l 0x100 F", nil), ("", "no filename specified"),
      ("F", "no length argument specified"),
      ("-l 1", "no filename specified"), ("-l 1 F G", "unexpected number of arguments"),
      ("-l 1 /tmp", "cannot open /tmp: Is a directory"),
      ("-l 1 /dev/null", "fallocate failed: No such device"),
      ("-n -l 1 G", "cannot open G: No such file or directory"),
    ] as [(String, String?)])
  func fallocate(options: String, problem: String?) throws {
    let shell = try Shell()
    let result = try shell.run("fallocate \(options)")
    #expect(result.errors == (problem.map { "fallocate: \($0)\n" } ?? ""))
    #expect(result.status == (problem == nil ? 0 : 1))
  }

  @Test("a full file system")
  func full() throws {
    let shell = try Shell()
    try shell.run("fallocate -l 10T F")
    #expect(
      try shell.run("fallocate -l 10T G").errors == "fallocate: fallocate failed: No space left on device\n")
    #expect(shell.session.machine.files.file(at: "/G")?.size == 6 << 40)
    try shell.run("rm G")
    #expect(
      try shell.run("dd if=/dev/zero of=H bs=1T count=7").errors
        == "dd: memory exhausted by input buffer of size 1099511627776 bytes (1.0 TiB)\n")
    #expect(
      try shell.run("dd if=/dev/zero of=H bs=1M count=9223372036854775807").errors
        == "dd: error writing 'H': No space left on device\n6291457+0 records in\n6291456+0 records out\n"
        + "6597069766656 bytes (6.6 TB, 6.0 TiB) copied, 0 s, Infinity B/s\n")
  }

  /// The last lines of a copy of so many bytes.
  private static func counts(_ records: String, _ written: String, _ bytes: String) -> String {
    "\(records) records in\n\(written) records out\n\(bytes) copied, 0 s, Infinity B/s\n"
  }

  private static let nothing = counts("0+0", "0+0", "0 bytes")
  private static let large = "Value too large for defined data type\n"

  private static let copies: [(String, [String])] = [
    ("bs=1 count=0", [nothing]),
    ("bs=-1", ["dd: invalid number: '-1'\n"]),
    ("bs=", ["dd: invalid number: ''\n"]),
    ("count=-1", ["dd: invalid number: '-1'\n"]),
    ("count=1x", ["dd: invalid number: '1x'\n"]),
    ("count=8E", ["dd: invalid number: '8E': ", large]),
    ("bs=9223372036854775807", ["dd: invalid number: '9223372036854775807': ", large]),
    (
      "bs=4611686018427387904",
      ["dd: memory exhausted by input buffer of size 4611686018427387904 bytes (4.0 EiB)\n"]
    ),
    ("bs=1 skip=9223372036854775807", ["dd: E: cannot skip: Invalid argument\n", nothing]),
    ("skip=9223372036854775807", ["dd: E: cannot skip: ", large, nothing]),
    ("skip=100", ["dd: E: cannot skip to specified offset\n", nothing]),
    ("skip=20", [nothing]),
    (
      "seek=9223372036854775807",
      ["dd: offset too large: cannot truncate to a length of seek=9223372036854775807 (512-byte) blocks\n"]
    ),
    (
      "bs=1 seek=17592186040321",
      [
        "dd: failed to truncate to 17592186040321 bytes in output file 'F': File too large\n",
        "dd: F: cannot seek: Invalid argument\n", nothing,
      ]
    ),
    ("bs=3K skip=1 count=9223372036854775807", [counts("2+1", "2+1", "7168 bytes (7.2 kB, 7.0 KiB)")]),
    ("count=2B", [counts("0+1", "0+1", "2 bytes")]),
    (
      "bs=4096 count=10 seek=4294967294",
      ["dd: error writing 'F': File too large\n", counts("2+0", "1+0", "4096 bytes (4.1 kB, 4.0 KiB)")]
    ),
    ("conv=foo", ["dd: invalid conversion: 'foo'\n", "Try 'dd --help' for more information.\n"]),
  ]

  @Test("dd", arguments: copies)
  func dd(operands: String, errors: [String]) throws {
    let shell = try Shell()
    try shell.run("truncate -s 10K E")
    #expect(try shell.run("dd if=E of=F \(operands)").errors == errors.joined())
  }

  @Test("16 TiB and more are read and written at once")
  func endless() throws {
    let shell = try Shell("ram=256M")
    let end = "17592186040320 bytes (18 TB, 16 TiB) copied, 0 s, Infinity B/s\n"
    #expect(
      try shell.run("dd if=/dev/zero of=F bs=1 count=9223372036854775807").errors
        == "dd: error writing 'F': File too large\n17592186040321+0 records in\n17592186040320+0 records out\n"
        + end)
    #expect(try shell.run("dd if=F of=/dev/null").errors.hasSuffix(end))
    try shell.run("rm F")
    try shell.run("truncate -s 17592186040320 S")
    #expect(try shell.run("cat S > /dev/null").status == 0)
    #expect(try shell.run("dd if=S of=F bs=64K").errors.hasSuffix(end))
    #expect(shell.session.machine.reclaim.counters.dirtied == 2 * 4_294_967_295)
    #expect(try shell.run("dd if=/dev/zero of=/dev/null bs=1 count=9223372036854775807").status == 0)
    #expect(throws: ScriptError.self) {
      try shell.run("dd if=/dev/zero of=/dev/null count=9223372036854775807")
    }
  }
}
