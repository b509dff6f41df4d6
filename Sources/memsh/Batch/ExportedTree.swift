// Writing the simulated /proc and /sys into a folder of the host.

import Glibc
import LinuxMemory
import MemScript

/// The files of the simulated machine as files of the host.
enum ExportedTree {
  /// Writes `/proc` and `/sys` of a machine into a folder, which must be new or empty.
  ///
  /// - Parameters:
  ///   - session: whose machine it is; `/proc/self` is its current process.
  ///   - folder: where.
  /// - Returns: how many files were written.
  /// - Throws: what the host says against it.
  @discardableResult
  static func write(_ session: Session, to folder: String) throws(HostFileError) -> Int {
    if mkdir(folder, 0o777) != 0 {
      let failure = errno
      guard failure == EEXIST, let directory = opendir(folder) else {
        throw HostFileError(path: folder, reason: String(cString: strerror(failure)))
      }
      defer { closedir(directory) }
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name == "." || name == ".." else {
          throw HostFileError(path: folder, reason: "is not empty")
        }
      }
    }
    var count = 0
    let tree = ProcTree(of: session.machine, seenBy: session.currentProcess)
    try tree.visit { path, entry throws(HostFileError) in
      let target = folder + path
      switch entry {
      case .directory:
        guard mkdir(target, 0o777) == 0 else {
          throw HostFileError(path: target, reason: String(cString: strerror(errno)))
        }
      case .link(let name):
        guard symlink(name, target) == 0 else {
          throw HostFileError(path: target, reason: String(cString: strerror(errno)))
        }
      case .file(let content):
        try HostFiles.write(content, to: target)
        count += 1
      }
    }
    return count
  }
}
