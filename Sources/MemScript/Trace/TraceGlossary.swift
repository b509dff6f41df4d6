// Words of the trace that a C programmer may not know, explained where they first stand.

/// What the trace's words mean.
enum TraceGlossary {
  /// Words with their meanings, in the order in which they are looked for.
  static let entries: [(word: String, meaning: String)] = [
    ("the top chunk", "the unused end of the heap"),
    ("the tcache", "the thread's own lists of freed chunks, for the next malloc of the size"),
    ("tcache hit", "the thread kept a freed chunk of that size"),
    ("the mmap threshold", "M_MMAP_THRESHOLD"),
    ("the trim threshold", "M_TRIM_THRESHOLD: from there on free gives memory back"),
    ("the unsorted bin", "freed chunks that nobody has looked at yet"),
    ("its fastbin", "small freed chunks that are not merged with their neighbours"),
    ("fastbin hit", "small freed chunks that are not merged with their neighbours"),
    ("zeroed and mapped", "the first write to a page brings it into memory: a page fault"),
    ("kswapd", "the kernel's thread that frees memory in the background"),
  ]

  /// The place behind a word in a text; nil where it does not stand as a whole.
  static func end(of word: String, in text: String) -> String.Index? {
    let wanted = Array(word.utf8)
    let place = Array(text.utf8).withUnsafeBufferPointer { bytes -> Int? in
      guard bytes.count >= wanted.count else { return nil }
      var start = 0
      while start + wanted.count <= bytes.count {
        if bytes[start] == wanted[0], bytes[start..<start + wanted.count].elementsEqual(wanted) {
          let end = start + wanted.count
          let isLetter =
            end < bytes.count && (bytes[end] | 0x20) >= UInt8(ascii: "a")
            && (bytes[end] | 0x20) <= UInt8(ascii: "z")
          return isLetter ? nil : end
        }
        start += 1
      }
      return nil
    }
    return place.map { text.utf8.index(text.startIndex, offsetBy: $0) }
  }
}
