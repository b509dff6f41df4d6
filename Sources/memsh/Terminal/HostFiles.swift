// Files of the host: completion of their names, and writing.

import Glibc

/// Files of the host: their names, and writing them as a whole.
enum HostFiles {
  /// Writes a file as a whole: what was there stays until all of the new is written.
  static func write(_ text: String, to path: String) throws(HostFileError) {
    var status = stat()
    // A device or a pipe is written to as it is.
    let isPlain = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    let target = isPlain ? "\(path).\(getpid()).new" : path
    let descriptor = open(target, O_WRONLY | O_CREAT | (isPlain ? O_EXCL : 0) | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw HostFileError(path: path, reason: String(cString: strerror(errno))) }
    var failure: Int32 = 0
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty, failure == 0 {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR { failure = errno }
    }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if isPlain, failure == 0, rename(target, path) != 0 { failure = errno }
    guard failure != 0 else { return }
    if isPlain { unlink(target) }
    throw HostFileError(path: path, reason: String(cString: strerror(failure)))
  }

  /// The paths that begin with a text, folders with a slash at their end, sorted. Hidden ones only when asked for.
  static func completions(of path: String) -> [String] {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let beginning = String(path[(slash.map { path.index(after: $0) } ?? path.startIndex)...])
    guard let directory = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory), found.count < 1000 {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasPrefix(beginning), name != ".", name != "..",
        !name.hasPrefix(".") || beginning.hasPrefix(".")
      else { continue }
      var status = stat()
      let isFolder = stat(folder + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      found.append(folder + name + (isFolder ? "/" : ""))
    }
    return found.sorted()
  }
}
