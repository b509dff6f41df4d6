// Reading scripts from files and from standard input.

import Glibc
import MemScript

/// Scripts as they lie in files.
enum ScriptFile {
  /// The path that stands for standard input.
  static let standardInput = "-"

  /// Reads a script.
  ///
  /// - Parameters:
  ///   - path: a file, or `-`.
  ///   - limit: how many bytes a script may have; one more is read, so that the language can refuse it
  ///     with a diagnostic, however large or endless the file is.
  ///   - mustBeRegular: refuses what may let a reader wait, such as a pipe.
  static func read(
    _ path: String, limit: Int, mustBeRegular: Bool = false
  ) throws(HostFileError) -> SourceText {
    if path == standardInput {
      return SourceText(name: "<stdin>", bytes: try bytes(of: STDIN_FILENO, path: "<stdin>", limit: limit))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | (mustBeRegular ? O_NONBLOCK : 0))
    guard descriptor >= 0 else { throw HostFileError(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    if mustBeRegular, fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG {
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      throw HostFileError(
        path: path, reason: isDirectory ? String(cString: strerror(EISDIR)) : "not a regular file")
    }
    return SourceText(name: path, bytes: try bytes(of: descriptor, path: path, limit: limit))
  }

  /// Everything in an open file, up to one byte more than `limit`.
  private static func bytes(
    of descriptor: Int32, path: String, limit: Int
  ) throws(HostFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &piece, min(piece.count, limit - bytes.count + 1))
      if count == 0 { break }
      if count > 0 {
        bytes.append(contentsOf: piece[..<count])
      } else if errno != EINTR {
        throw HostFileError(path: path, reason: String(cString: strerror(errno)))
      }
    }
    return bytes
  }
}
