// Calls on simulated files that are not about their pages' contents: making, sizing, removing.

extension Machine {
  /// The path of the machine's disk, if it has one.
  public static let diskPath = "/dev/vda"

  /// Makes a file of a given size without contents; all its pages have blocks on the disk.
  ///
  /// - Parameters:
  ///   - path: its absolute path.
  ///   - size: its size in bytes.
  ///   - isSwap: whether it holds the signature of a swap area.
  ///   - process: who makes it, whose group pays for the file itself on a tmpfs; nil for nobody.
  /// - Returns: `EEXIST` when there is one, `EFBIG` when it is too large, `ENOSPC` when the file system is full.
  package mutating func createFile(
    _ path: String, size: UInt64, isSwap: Bool = false, by process: ProcessID? = nil
  ) -> Result<SimulatedFile, ErrorNumber> {
    let made = files.create(path, size: size, isSwap: isSwap, mode: isSwap ? 0o600 : 0o644, time: clock)
    if case .success(let file) = made, let process { chargeNewFile(file, by: process) }
    return made
  }

  /// Sets the size of a file (ftruncate(2)): what is cut off leaves memory, what is added is a hole.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - size: in bytes.
  /// - Returns: `ENOENT` for no such file, `EINVAL` for a disk, `ETXTBSY` for a cut of swap that is on, `EFBIG`
  ///   above `SimulatedFile/largestSize`.
  public mutating func truncateFile(_ path: String, to size: UInt64) -> Result<Void, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    guard file.kind != .blockDevice else { return .failure(.EINVAL) }
    guard size <= SimulatedFile.largestSize else { return .failure(.EFBIG) }
    let now = clock
    if size < file.size {
      guard swap.number(of: path) == nil else { return .failure(.ETXTBSY) }
      let cut = SimulatedFile.pages(size)..<file.pageCount
      discardCopies(of: file.identifier, from: cut.lowerBound)
      forgetPages(cut, of: file.identifier)
      _ = files.forgetEviction(cut, of: file.identifier)
      releaseIndexNodes(of: cut, in: file.identifier)
      files.removeBlocks(cut, of: file.identifier)
    }
    files.modify(file.identifier) {
      $0.size = size
      $0.modificationTime = now
      if size < 4096 { $0.isSwap = false }
    }
    cutContents(of: file.identifier, from: file.size, to: size)
    return .success(())
  }

  /// Reserves blocks on the disk for a part of a file, which grows where it is shorter (fallocate(2)); no page
  /// comes into memory.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - offset: the first byte.
  ///   - length: how many bytes, at least 1.
  ///   - keepsSize: whether the file keeps its size (FALLOC_FL_KEEP_SIZE).
  /// - Returns: `ENOENT` for no such file; `EINVAL` for a length of 0; `EFBIG` beyond `SimulatedFile/largestSize`;
  ///   `ETXTBSY` for swap that is on; `ENOSPC` when the file system gets full, and what there was of it stays
  ///   reserved; on a disk `EINVAL` for a part that does not lie inside it, else `EOPNOTSUPP`.
  public mutating func allocateFile(
    _ path: String, from offset: UInt64, length: UInt64, keepsSize: Bool = false
  ) -> Result<Void, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard length > 0, offset <= UInt64(Int64.max), length <= UInt64(Int64.max) else {
      return .failure(.EINVAL)
    }
    guard file.kind != .blockDevice else {
      // Only holes and zeros can be asked of a disk (`blkdev_fallocate`, block/fops.c).
      let isInside = end < file.size && (offset | length) % 512 == 0
      return .failure(isInside ? .EOPNOTSUPP : .EINVAL)
    }
    // Its pages would come into memory at once.
    guard file.kind != .temporary else { return .failure(.EOPNOTSUPP) }
    guard !overflow, end <= SimulatedFile.largestSize else { return .failure(.EFBIG) }
    guard swap.number(of: path) == nil else { return .failure(.ETXTBSY) }
    let now = clock
    let wanted = offset / 4096..<SimulatedFile.pages(end)
    let room = files.endOfRoom(for: wanted, of: file.identifier)
    files.addBlocks(wanted.lowerBound..<room, of: file.identifier)
    let isWhole = room == wanted.upperBound
    if !keepsSize { files.setContents(nil, of: file.identifier) }
    files.modify(file.identifier) {
      if !keepsSize, room > wanted.lowerBound { $0.size = max($0.size, isWhole ? end : room * 4096) }
      $0.modificationTime = now
    }
    return isWhole ? .success(()) : .failure(.ENOSPC)
  }

  /// Removes a file with its pages in memory, dirty ones too (unlink(2)).
  ///
  /// - Returns: `ENOENT` for no such file, `EPERM` for swap that is on.
  public mutating func removeFile(_ path: String) -> Result<Void, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    guard swap.number(of: path) == nil else { return .failure(.EPERM) }
    if files.record(file.identifier)?.mappedPages ?? 0 > 0 {
      // Who maps it keeps it.
      files.unlink(file.identifier)
      noteUnlinked(file.identifier)
    } else {
      destroyFile(file.identifier)
    }
    return .success(())
  }

  /// Takes a file that has neither a name nor a mapping out of memory and off the disk.
  mutating func destroyFile(_ file: FileIdentifier) {
    forgetPages(0..<UInt64.max, of: file)
    _ = files.forgetEviction(0..<UInt64.max, of: file)
    releaseIndexNodes(of: 0..<UInt64.max, in: file)
    dischargeFile(file)
    files.remove(file)
  }

  /// Sets the permission bits of a file (chmod(2)).
  ///
  /// - Returns: `ENOENT` for no such file.
  public mutating func changeMode(_ path: String, to mode: UInt16) -> Result<Void, ErrorNumber> {
    guard let file = files.file(at: path) else { return .failure(.ENOENT) }
    files.modify(file.identifier) { $0.mode = mode & 0o7777 }
    return .success(())
  }
}
