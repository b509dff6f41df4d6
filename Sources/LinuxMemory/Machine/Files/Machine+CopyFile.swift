// Copying from one simulated file to another, a piece at a time.

/// What came of copying a file.
package struct FileCopy: Sendable, Equatable {
  /// How many bytes were read.
  package var bytesRead: UInt64 = 0
  /// How many bytes were written.
  package var bytesWritten: UInt64 = 0
  /// Why the copy ended before the end of the source or of what was asked for.
  package var error: ErrorNumber?
}

extension Machine {
  /// Copies a part of a file to another one, as a program does that reads and writes in turn.
  ///
  /// - Parameters:
  ///   - source: the file that is read.
  ///   - offset: its first byte.
  ///   - target: the file that is written, which grows where it is shorter.
  ///   - place: where its first byte goes.
  ///   - length: how many bytes; what lies behind the end of the source is not copied.
  ///   - piece: how many bytes are read before they are written, at least 1.
  ///   - process: who copies.
  /// - Returns: the bytes read and written, and the error of ``readFile(_:from:length:by:)`` or
  ///   ``writeFile(_:from:length:by:)`` that ended it.
  /// - Throws: SIGKILL when the process was killed for want of memory.
  package mutating func copyFile(
    _ source: String, from offset: UInt64, to target: String, at place: UInt64, length: UInt64,
    piece: UInt64, by process: ProcessID
  ) throws(FatalSignal) -> FileCopy {
    var copy = FileCopy()
    var stream = SteadyStream()
    beginReading(source, from: offset)
    while copy.bytesRead < length {
      guard mayGoOn() else { throw FatalSignal(process: process, signal: 9) }
      let wanted = min(max(piece, 1), length - copy.bytesRead)
      let position = offset &+ copy.bytesRead
      let given: UInt64
      switch try readPart(of: source, from: position, length: wanted, by: process) {
      case .success(let count): given = count
      case .failure(let error):
        copy.error = error
        return copy
      }
      if given == 0 { break }
      copy.bytesRead += given
      var written: UInt64 = 0
      // What a limit cuts short is tried once more, and that tells why.
      while written < given {
        switch try writeFile(
          target, from: place &+ copy.bytesWritten, length: given - written, by: process)
        {
        case .success(let count):
          written += count
          copy.bytesWritten += count
        case .failure(let error):
          copy.error = error
          return copy
        }
      }
      let passed = skipCopying(&stream, source, position &+ given, target, place, copy, length)
      copy.bytesRead += passed
      copy.bytesWritten += passed
    }
    try readAhead(source, behind: offset, copy.bytesRead, by: process)
    return copy
  }

  /// Passes periods of a steady copy at once.
  ///
  /// - Returns: how many bytes of both files were passed.
  private mutating func skipCopying(
    _ stream: inout SteadyStream, _ source: String, _ position: UInt64, _ target: String, _ place: UInt64,
    _ copy: FileCopy, _ length: UInt64
  ) -> UInt64 {
    guard let from = files.file(at: source), let to = files.file(at: target), from.identifier != to.identifier
    else { return 0 }
    let left = length - copy.bytesRead
    let limit = to.kind == .blockDevice ? to.size : SimulatedFile.largestSize
    let end = place + copy.bytesWritten
    guard position <= from.size, end <= limit,
      let reads = files.ahead(of: position, to: position + min(left, from.size - position), of: from),
      var writes = files.ahead(of: end, to: end + min(left, limit - end), of: to)
    else { return 0 }
    writes = writes.lowerBound..<files.endOfRoom(for: writes, of: to.identifier)
    let pages = skipAhead(
      &stream,
      [
        FilePass(file: from.identifier, kind: .reads, ahead: reads),
        FilePass(file: to.identifier, kind: .writes, ahead: writes),
      ])
    let now = clock
    if pages > 0 {
      files.modify(to.identifier) {
        $0.size = max($0.size, end + pages * 4096)
        $0.modificationTime = now
      }
    }
    return pages * 4096
  }
}

extension FileStore {
  /// The whole pages behind a position that are not in memory, as far as one part of them goes.
  fileprivate func ahead(of position: UInt64, to end: UInt64, of file: SimulatedFile) -> Range<UInt64>? {
    let next = SimulatedFile.pages(position)
    guard next < end / 4096 else { return nil }
    guard let gap = firstMissing(in: next..<end / 4096, of: file.identifier), gap.lowerBound == next
    else { return nil }
    return gap
  }
}
