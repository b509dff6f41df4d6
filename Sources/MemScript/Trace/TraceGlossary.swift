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
    var start = text.startIndex
    while start < text.endIndex {
      let rest = text[start...]
      if rest.hasPrefix(word) {
        let end = text.index(start, offsetBy: word.count)
        return end == text.endIndex || !text[end].isLetter ? end : nil
      }
      start = text.index(after: start)
    }
    return nil
  }
}
