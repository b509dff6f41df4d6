// Where `include "file"` finds its file.

import MemScript

/// The files that scripts include.
enum IncludedFiles {
  /// Reads the file that an `include` means.
  ///
  /// - Parameters:
  ///   - path: the path as written.
  ///   - includer: the name of the script it stands in.
  ///   - limit: how many bytes a script may have.
  static func read(_ path: String, from includer: String, limit: Int) throws -> [UInt8] {
    do throws(ScriptFileError) {
      return try ScriptFile.read(resolve(path, from: includer), limit: limit).bytes
    } catch {
      throw ScriptError("cannot include \(error.message)")
    }
  }

  /// The path of the file: a relative one starts at the folder of the script it stands in, which is the
  /// current folder when that script is no file.
  static func resolve(_ path: String, from includer: String) -> String {
    guard !path.hasPrefix("/"), let slash = includer.lastIndex(of: "/") else { return path }
    return String(includer[...slash]) + path
  }
}
