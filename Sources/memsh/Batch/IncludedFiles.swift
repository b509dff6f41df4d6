// Where `include "file"` finds its file.

import MemScript

/// The files that scripts include.
enum IncludedFiles {
  /// Reads the file that an `include` means.
  ///
  /// - Parameters:
  ///   - path: where it is, seen from the current folder.
  ///   - limit: how many bytes a script may have.
  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    do throws(HostFileError) {
      return try ScriptFile.read(path, limit: limit, mustBeRegular: true).bytes
    } catch {
      throw ScriptError("cannot include \(error.message)")
    }
  }
}
