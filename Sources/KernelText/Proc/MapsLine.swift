// The format of /proc/PID/maps.

/// One mapping as `/proc/PID/maps` prints it (proc(5)).
public struct MapsLine: Equatable, Sendable {
  /// The first address.
  public var start: UInt64
  /// The address behind the mapping.
  public var end: UInt64
  /// `rwxp`: reading, writing, executing, and `s` for shared or `p` for private.
  public var permissions: String
  /// The offset in the file, in bytes.
  public var offset: UInt64
  /// The device's major number, 0 without a file.
  public var deviceMajor: Int
  /// The device's minor number, 0 without a file.
  public var deviceMinor: Int
  /// The file's inode number, 0 without one.
  public var inode: Int
  /// The file's path or a name such as `[heap]`; empty for none.
  public var name: String

  /// Makes a line.
  public init(
    start: UInt64, end: UInt64, permissions: String, offset: UInt64, deviceMajor: Int, deviceMinor: Int,
    inode: Int, name: String
  ) {
    self.start = start
    self.end = end
    self.permissions = permissions
    self.offset = offset
    self.deviceMajor = deviceMajor
    self.deviceMinor = deviceMinor
    self.inode = inode
    self.name = name
  }

  /// Reads a line, with or without its newline; nil for what is no mapping.
  public init?(parsing line: Substring) {
    let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
    guard fields.count >= 5, let dash = fields[0].firstIndex(of: "-"),
      let colon = fields[3].firstIndex(of: ":"),
      let start = UInt64(fields[0][..<dash], radix: 16),
      let end = UInt64(fields[0][fields[0].index(after: dash)...], radix: 16), start < end,
      fields[1].utf8.count == 4, let offset = UInt64(fields[2], radix: 16),
      let major = Int(fields[3][..<colon], radix: 16),
      let minor = Int(fields[3][fields[3].index(after: colon)...], radix: 16),
      let inode = Int(fields[4].filter { $0 != "\n" })
    else { return nil }
    var name = fields.count > 5 ? fields[5].drop { $0 == " " } : ""
    if name.hasSuffix("\n") { name = name.dropLast() }
    self.init(
      start: start, end: end, permissions: String(fields[1]), offset: offset, deviceMajor: major,
      deviceMinor: minor, inode: inode, name: String(name))
  }

  /// The line with its newline.
  ///
  /// - Parameter pointerBytes: 8 on a 64-bit machine, 4 on a 32-bit one; the column of names depends on it.
  public func text(pointerBytes: Int) -> String {
    let device = "\(deviceMajor.hexadecimal(2)):\(deviceMinor.hexadecimal(2))"
    let line =
      "\(start.hexadecimal(8))-\(end.hexadecimal(8)) \(permissions) \(offset.hexadecimal(8)) \(device) \(inode)"
    guard !name.isEmpty else { return line + " \n" }
    return line.alignedLeft(24 + pointerBytes * 6) + " \(name)\n"
  }

  /// The bytes of a pointer by the column in which a name stands; nil where the line does not tell.
  static func pointerBytes(_ line: Substring) -> Int? {
    guard let parsed = MapsLine(parsing: line), !parsed.name.isEmpty else { return nil }
    return [8, 4].first { parsed.text(pointerBytes: $0).dropLast() == line }
  }
}
