// What the program itself writes into memory that the allocator knows: overruns and dangling pointers.

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
    let wordSize = layout.wordSize
    memory.beginCall()
    memory.noteForeignWords()
    for index in 0..<UInt64(max(0, min(count, 8))) {
      let target = address &+ index
      let word = target & ~(wordSize - 1)
      let shift = (target & (wordSize - 1)) * 8
      // The store itself brings the page in; looking at the old bytes first would map the zero page.
      try kernel.touch(target, length: 1, write: true)
      let kept = memory.peek(word) & ~(0xff << shift)
      try memory.store(word, kept | (value >> (index * 8) & 0xff) << shift, &kernel)
    }
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
