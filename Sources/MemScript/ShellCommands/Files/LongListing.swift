// The lines of ls -l.

import LinuxMemory

/// One line of `ls -l`.
struct LongListingRow: Equatable {
  /// Type and permissions, such as `-rw-r--r--`.
  var mode: String
  var owner = "root"
  var group = "root"
  /// The size in bytes, or a device's numbers.
  var size: String
  /// Minutes after boot when it was last written; the simulated clock starts with the machine.
  var minutes: UInt64
  var name: String
  /// KiB that it takes on the disk.
  var kibibytes: UInt64 = 0

  /// The row of a simulated file.
  init(_ file: SimulatedFile, name: String, blockPages: UInt64, isHuman: Bool) {
    let isDisk = file.kind == .blockDevice
    mode = Self.modeText(file.mode, type: isDisk ? "b" : "-")
    group = isDisk ? "disk" : "root"
    size = isDisk ? "254, 0" : Self.sizeText(file.size, isHuman)
    minutes = file.modificationTime / 60_000_000
    self.name = name
    kibibytes = isDisk ? 0 : blockPages * 4
  }

  /// The row of a character device.
  init(_ stream: SimulatedStream, name: String) {
    mode = "crw-rw-rw-"
    size = "1, \(stream.minor)"
    minutes = 0
    self.name = name
  }

  /// The row of a directory, of the simulated file system or of /proc and /sys.
  init(directory name: String, isVirtual: Bool, isWritable: Bool = false) {
    mode = isVirtual && !isWritable ? "dr-xr-xr-x" : "drwxr-xr-x"
    size = isVirtual ? "0" : "4096"
    minutes = 0
    self.name = name
    kibibytes = isVirtual ? 0 : 4
  }

  /// The row of a file of /proc or /sys: it has no size.
  init(virtual name: String, isReadable: Bool, isWritable: Bool) {
    mode = isReadable ? (isWritable ? "-rw-r--r--" : "-r--r--r--") : "--w-------"
    size = "0"
    minutes = 0
    self.name = name
  }

  private static func sizeText(_ bytes: UInt64, _ isHuman: Bool) -> String {
    if !isHuman { return String(bytes) }
    let (number, prefix) = ToolSize.human(bytes, base: 1024, roundsUp: true)
    return number + prefix
  }

  private static func modeText(_ mode: UInt16, type: Character) -> String {
    var text = String(type)
    for shift in [6, 3, 0] as [UInt16] {
      let bits = mode >> shift
      text += (bits & 4 != 0 ? "r" : "-") + (bits & 2 != 0 ? "w" : "-") + (bits & 1 != 0 ? "x" : "-")
    }
    return text
  }

  /// The lines of some rows, in columns.
  static func text(_ rows: [LongListingRow]) -> String {
    let group = rows.map(\.group.utf8.count).max() ?? 0
    let size = rows.map(\.size.utf8.count).max() ?? 0
    return rows.map { row in
      let hours = row.minutes / 60 % 24
      let day = 1 + row.minutes / 1440
      let time = "\(two(hours)):\(two(row.minutes % 60))"
      return "\(row.mode) 1 \(row.owner) \(row.group.alignedLeft(group)) \(row.size.alignedRight(size)) "
        + "Jan \(Int(clamping: day).decimal(2)) \(time) \(row.name)\n"
    }.joined()
  }

  private static func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : String(number) }
}
