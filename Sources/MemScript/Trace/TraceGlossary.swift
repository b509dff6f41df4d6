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

  /// The same words as bytes.
  private static let bytes = entries.map { Array($0.word.utf8) }

  /// The first entry whose word stands in a text as a whole, with the place behind the word.
  ///
  /// - Parameter explained: words that are passed over.
  static func entry(
    in text: String, except explained: Set<String>
  ) -> (word: String, meaning: String, end: String.Index)? {
    var text = text
    let found = text.withUTF8 { letters -> (entry: Int, end: Int)? in
      var found: (entry: Int, end: Int)?
      // A statement's trace is looked through as long as a word is not explained: only where a word begins.
      for start in letters.indices where start == 0 || !isLetter(letters[start - 1]) {
        for index in 0..<(found?.entry ?? bytes.count) where bytes[index][0] == letters[start] {
          let end = start + bytes[index].count
          guard end <= letters.count, end == letters.count || !isLetter(letters[end]),
            letters[start..<end].elementsEqual(bytes[index]), !explained.contains(entries[index].word)
          else { continue }
          found = (index, end)
          break
        }
      }
      return found
    }
    return found.map {
      (entries[$0.entry].word, entries[$0.entry].meaning, text.utf8.index(text.startIndex, offsetBy: $0.end))
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
  }
}
