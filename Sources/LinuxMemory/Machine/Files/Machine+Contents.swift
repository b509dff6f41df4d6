// Small files whose bytes are known, because commands wrote them as text; directories, and moving files.

extension Machine {
  /// The bytes of a file; nil for none, and for one whose contents nobody wrote as text.
  public func contents(of path: String) -> [UInt8]? {
    files.file(at: path).flatMap { files.record($0.identifier)?.contents }
  }

  /// Writes a text at the end of a file, through the page cache; its bytes stay known when they were before.
  ///
  /// - Parameters:
  ///   - text: the bytes.
  ///   - path: the file.
  ///   - process: who writes.
  /// - Returns: as ``writeFile(_:from:length:by:)``.
  /// - Throws: SIGKILL when the process was killed for want of memory.
  public mutating func appendText(
    _ text: [UInt8], to path: String, by process: ProcessID
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    let before = files.record(file.identifier)?.contents
    let result = try writeFile(path, from: file.size, length: UInt64(text.count), by: process)
    if case .success(let count) = result, let before {
      files.setContents(before + text.prefix(Int(count)), of: file.identifier)
    }
    return result
  }

  /// What a change of a file's size leaves of its known bytes; what is added are zeros.
  mutating func cutContents(of file: FileIdentifier, from old: UInt64, to size: UInt64) {
    guard let contents = files.record(file)?.contents else {
      if size == 0 { files.setContents([], of: file) }
      return
    }
    if size <= old {
      files.setContents(Array(contents.prefix(Int(size))), of: file)
    } else if size <= 4096 {
      files.setContents(contents + Array(repeating: 0, count: Int(size - old)), of: file)
    } else {
      files.setContents(nil, of: file)
    }
  }

  /// Sets when a file was last written to now (utimensat(2)).
  ///
  /// - Returns: `ENOENT` for no such file.
  public mutating func touchFile(_ path: String) -> Result<Void, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    let now = clock
    files.modify(file.identifier) { $0.modificationTime = now }
    return .success(())
  }

  /// Gives a file another path; a file that is there goes (rename(2)).
  ///
  /// - Returns: `ENOENT` for no such file, `EISDIR` and `ENOTDIR` for what is no place for one, `EPERM` for swap that is
  ///   on, `EINVAL` for a disk.
  public mutating func renameFile(_ path: String, to target: String) -> Result<Void, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    guard file.kind != .blockDevice else { return .failure(.EINVAL) }
    // Another file system would have to be copied to.
    guard files.isTemporary(path) == files.isTemporary(target) else { return .failure(.EXDEV) }
    guard swap.number(of: path) == nil else { return .failure(.EPERM) }
    if path == target { return .success(()) }
    guard !files.isDirectory(target) else { return .failure(.EISDIR) }
    if files.file(at: target) != nil {
      let removed = removeFile(target)
      guard case .success = removed else { return removed }
    }
    // The path is looked at as for a new file, which is not kept.
    switch files.create(target, size: 0, time: clock) {
    case .success(let placeholder): files.remove(placeholder.identifier)
    case .failure(let error): return .failure(error)
    }
    files.rename(file.identifier, to: target)
    return .success(())
  }

  /// Makes a directory (mkdir(2)).
  ///
  /// - Returns: as `FileStore`: `EEXIST`, `ENOTDIR` or `ENAMETOOLONG`.
  public mutating func makeDirectory(_ path: String) -> Result<Void, ErrorNumber> {
    files.makeDirectory(path)
  }

  /// Removes an empty directory (rmdir(2)).
  ///
  /// - Returns: `ENOENT`, `ENOTDIR` or `ENOTEMPTY`.
  public mutating func removeDirectory(_ path: String) -> Result<Void, ErrorNumber> {
    files.removeDirectory(path)
  }
}
