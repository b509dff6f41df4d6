// File systems in memory (tmpfs): where they are mounted, and how much they may hold.

/// A mounted tmpfs.
package struct TemporaryMount: Sendable, Equatable, Codable {
  /// Its directory.
  package let path: String
  /// How many pages its files may have in memory.
  package let pageLimit: Int
}

extension FileStore {
  /// Whether files at a path live in memory alone.
  package func isTemporary(_ path: String) -> Bool { mount(of: path) != nil }

  /// The innermost tmpfs that a path lies in.
  private func mount(of path: String) -> TemporaryMount? {
    mounts.filter { path.hasPrefix($0.path + "/") }.max { $0.path.utf8.count < $1.path.utf8.count }
  }

  /// Mounts a tmpfs; a second one at the same directory changes its size.
  mutating func mountTemporary(at path: String, pageLimit: Int) {
    mounts.removeAll { $0.path == path }
    mounts.append(TemporaryMount(path: path, pageLimit: pageLimit))
  }

  /// Unmounts a tmpfs whose files are gone.
  mutating func unmountTemporary(at path: String) { mounts.removeAll { $0.path == path } }

  /// The files of the tmpfs at a directory.
  func temporaryFiles(at path: String) -> [SimulatedFile] {
    files.filter { $0.kind == .temporary && mount(of: $0.path)?.path == path }
  }

  /// How many more pages a file of a tmpfs may have.
  func temporaryRoom(for file: SimulatedFile) -> UInt64 {
    guard let mount = mount(of: file.path) else { return .max }
    let used = temporaryFiles(at: mount.path).reduce(0) { $0 + cachedPages(of: $1.identifier) }
    return UInt64(max(mount.pageLimit - used, 0))
  }
}
