// Paths of the simulated machine, absolute and free of "." and "..".

/// How the simulated shell reads paths.
enum SimulatedPath {
  /// The absolute form of a path.
  ///
  /// - Parameters:
  ///   - path: as written, absolute or relative.
  ///   - directory: the absolute path of the current directory.
  /// - Returns: a path with single slashes and without `.`, `..` and a slash at its end; `/` itself stays.
  static func absolute(_ path: String, from directory: String) -> String {
    var parts: [Substring.UTF8View] = []
    let whole = path.utf8.first == UInt8(ascii: "/") ? path[...] : "\(directory)/\(path)"[...]
    for part in whole.utf8.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        if !parts.isEmpty { parts.removeLast() }
      } else {
        parts.append(part)
      }
    }
    return "/" + parts.map { Substring($0) }.joined(separator: "/")
  }

  /// The longest path in bytes (PATH_MAX without its zero byte).
  static let longest = 4095

  /// The part of a path behind its last slash.
  static func lastPart(_ path: String) -> String {
    path.split(separator: "/").last.map { String($0) } ?? path
  }
}
