// Mounting file systems in memory.

extension Machine {
  /// Mounts a tmpfs at a directory (mount(2)).
  ///
  /// - Parameter size: what its files may take in bytes; nil for half of RAM, 0 for any amount.
  package mutating func mountTemporary(at path: String, size: UInt64?) {
    let half = pageAllocator.totalPages / 2
    let limit = size.map { $0 == 0 ? Int.max : Int(clamping: SimulatedFile.pages($0)) } ?? half
    files.mountTemporary(at: path, pageLimit: limit)
  }

  /// Unmounts a tmpfs; its files are gone (umount(2)).
  ///
  /// - Returns: `EINVAL` for a directory at which none is mounted.
  package mutating func unmountTemporary(at path: String) -> Result<Void, ErrorNumber> {
    guard files.mounts.contains(where: { $0.path == path }) else { return .failure(.EINVAL) }
    for file in files.temporaryFiles(at: path) { _ = removeFile(file.path) }
    files.unmountTemporary(at: path)
    sweepGroups()
    return .success(())
  }
}
