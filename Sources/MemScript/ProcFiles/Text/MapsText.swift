// The format of a line of /proc/PID/maps.

/// One mapping as `/proc/PID/maps` prints it (proc(5)).
struct MapsLine: Equatable {
  /// The first address and the one behind the mapping.
  var start: UInt64, end: UInt64
  /// `rwxp`: reading, writing, executing, and `s` for shared or `p` for private.
  var permissions: String
  /// The offset in the file, in bytes.
  var offset: UInt64
  /// The device's major and minor number, 0 without a file.
  var deviceMajor: Int, deviceMinor: Int
  /// The file's inode number, 0 without one.
  var inode: Int
  /// The file's path or a name such as `[heap]`; empty for none.
  var name: String

  /// The line with its newline.
  ///
  /// - Parameter pointerBytes: 8 on a 64-bit machine, 4 on a 32-bit one; the column of names depends on it.
  func text(pointerBytes: Int) -> String {
    let device = "\(deviceMajor.hexadecimal(2)):\(deviceMinor.hexadecimal(2))"
    let line =
      "\(start.hexadecimal(8))-\(end.hexadecimal(8)) \(permissions) \(offset.hexadecimal(8)) \(device) \(inode)"
    guard !name.isEmpty else { return line + " \n" }
    return line.alignedLeft(24 + pointerBytes * 6) + " \(name)\n"
  }
}
