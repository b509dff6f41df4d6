// What the program itself stores into memory and loads from it; in the heap a store may well change a header or a link.

extension MallocState {
  /// A store by the program, wherever it goes; in the heap it may well change a header or a link.
  ///
  /// - Parameters:
  ///   - value: The bytes to write, the lowest first.
  ///   - count: How many of them, 1 to 8.
  ///   - address: Where the first one goes.
  /// - Throws: The signal that the access ends the process with.
  package mutating func programStore(
    _ value: UInt64, count: Int, at address: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    var bytes: [UInt8] = []
    for index in 0..<UInt64(max(0, min(count, 8))) {
      bytes.append(UInt8(truncatingIfNeeded: value >> (index * 8)))
    }
    try programStore(bytes, at: address, kernel: &kernel)
  }

  /// A store of bytes by the program.
  ///
  /// - Parameters:
  ///   - bytes: what is stored.
  ///   - address: where the first one goes.
  /// - Throws: The signal that the access ends the process with.
  package mutating func programStore(
    _ bytes: some RandomAccessCollection<UInt8>, at address: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if bytes.isEmpty { return }
    try beginStore(at: address, length: UInt64(bytes.count), kernel: &kernel)
    let mask = layout.wordSize - 1
    var word = address & ~mask
    var value = memory.peek(word)
    for (index, byte) in bytes.enumerated() {
      let target = address &+ UInt64(index)
      if target & ~mask != word {
        memory.setWord(word, value)
        word = target & ~mask
        value = memory.peek(word)
        if word & 0xfff == 0 { try kernel.spend(64) }
      }
      let shift = (target & mask) * 8
      value = value & ~(0xff << shift) | UInt64(byte) << shift
    }
    memory.setWord(word, value)
  }

  /// Fills a range with a byte, as memset does.
  ///
  /// - Throws: The signal that the access ends the process with.
  package mutating func programFill(
    _ byte: UInt8, length: UInt64, at address: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if length == 0 { return }
    try beginStore(at: address, length: length, kernel: &kernel)
    let mask = layout.wordSize - 1
    let end = address &+ length
    let firstWhole = (address &+ mask) & ~mask
    let lastWhole = max(end & ~mask, firstWhole)
    func fillPart(_ range: Range<UInt64>) {
      for target in range {
        let word = target & ~mask
        let shift = (target & mask) * 8
        memory.setWord(word, memory.peek(word) & ~(0xff << shift) | UInt64(byte) << shift)
      }
    }
    fillPart(address..<min(firstWhole, end))
    if firstWhole < lastWhole {
      if byte == 0 {
        memory.clearContents(firstWhole, length: lastWhole - firstWhole)
      } else {
        let value = UInt64(byte) &* 0x0101_0101_0101_0101 & layout.addressMask
        for word in stride(from: firstWhole, to: lastWhole, by: Int(layout.wordSize)) {
          if word & 0xfff == 0 { try kernel.spend(64) }
          memory.setWord(word, value)
        }
      }
    }
    if lastWhole < end { fillPart(lastWhole..<end) }
  }

  /// A load by the program.
  ///
  /// - Parameters:
  ///   - count: how many bytes.
  ///   - address: where the first one lies.
  /// - Returns: the bytes; 0 where nobody wrote.
  /// - Throws: The signal that the access ends the process with.
  package mutating func programLoad(
    count: UInt64, at address: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> [UInt8] {
    memory.beginCall()
    try kernel.touch(address, length: count, write: false)
    return contents(at: address, count: count)
  }

  /// The bytes at an address without an access by the process.
  private func contents(at address: UInt64, count: UInt64) -> [UInt8] {
    let mask = layout.wordSize - 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(clamping: count))
    for target in address..<address &+ count {
      bytes.append(UInt8(truncatingIfNeeded: memory.peek(target & ~mask) >> ((target & mask) * 8)))
    }
    return bytes
  }

  /// Touches what is stored to, before a word of it changes: who dies of it has stored nothing.
  private mutating func beginStore(
    at address: UInt64, length: UInt64, kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    memory.beginCall()
    memory.noteForeignWords()
    // The store itself brings the page in; looking at the old bytes first would map the zero page.
    try kernel.touch(address, length: length, write: true)
  }

  /// The word at an address as the program would read it, 0 where only the program itself ever wrote.
  ///
  /// - Parameter address: Rounded down to a word.
  package func word(at address: UInt64) -> UInt64 { memory.peek(address & ~(layout.wordSize - 1)) }

  /// Forgets the contents of pages that the program gave back (munmap, `MADV_DONTNEED`, a lower break).
  package mutating func forgetPages(_ address: UInt64, length: UInt64) {
    memory.beginCall()
    memory.forgetPages(address, length: length)
  }
}
