// heap and bins: what they show of a process, and how they take wrong uses.

import MemScript
import Testing

struct HeapCommandTests {
  /// What a script says.
  private func said(_ script: String, machine: String = "") throws -> String {
    try Transcript(machine: machine).run(script).said
  }

  @Test("many blocks are one line, and the block under top is named")
  func pinnedHeap() throws {
    let text = try said(
      """
      blocks = []
      repeat 100000 { push(blocks, malloc(24)) }
      for b in blocks { write b, 24 }
      for i in 0..<99999 { free(blocks[i]) }
      heap
      """)
    #expect(
      text.contains(
        "RSS stays: chunk 0x7df670 of 32 bytes in use sits under top; 3.1 MiB free below it, "
          + "malloc_trim(0) would return 3 MiB\n"))
    #expect(text.contains("  0x4d2370  0x4d2380  99992     32      24  freed, in a fastbin\n"))
    #expect(text.split(separator: "\n").count < 40)
  }

  @Test("before the first malloc there is no heap")
  func noHeap() throws {
    #expect(try said("heap") == "main has no heap yet: the first malloc makes it\n")
    #expect(try said("bins") == "main has no free chunk but top\n")
  }

  @Test("a pointer's chunk is marked, with its header")
  func aroundAPointer() throws {
    let text = try said("p = malloc 24\nmalloc 24\nheap p")
    #expect(text.contains("0x4d2290  0x4d22a0      1      32      24  in use  <- here\n"))
    #expect(text.contains("  header: 0x21 = 32 bytes, PREV_INUSE\n"))
    #expect(try said("heap NULL") == "0x0 does not lie in the heap of main\n")
    #expect(try said("p = malloc 1M\nheap p").contains("header: 0x101002 = 1052672 bytes, IS_MMAPPED\n"))
  }

  @Test("a list that does not repeat loses its middle, and -a gives all")
  func longTables() throws {
    let script = "for i in 0..<100 { malloc(1000 + 16 * i) }\n"
    #expect(try said(script + "heap").contains("more in use"))
    #expect(try said(script + "heap").split(separator: "\n").count < 60)
    #expect(try said(script + "heap -a").split(separator: "\n").count > 100)
  }

  @Test("equal neighbours count one by one, shown or not", arguments: [(20, 10), (60, 90)])
  func middleOfPairs(sizes: Int, hidden: Int) throws {
    let text = try said("for i in 0..<\(sizes) { repeat 2 { malloc(1000 + 16 * i) } }\nheap")
    #expect(text.contains(" \(hidden) more in use ("))
    #expect(text.contains("), 0 freed (0 bytes); 'heap -a' lists them"))
  }

  @Test("another process, a dead one, one that never was, a wrong use")
  func processes() throws {
    let script = "process other { malloc(5000) }\n"
    #expect(try said(script + "heap -p $other").hasPrefix("heap of other: "))
    #expect(
      try said(script + "kill -9 $other\nheap -p $other").contains(
        "as it was when the process died: heap of other"))
    #expect(try said("bins -p 4711").hasSuffix("line 1: bins: no process 4711 lives, or is remembered\n"))
    #expect(try said("heap -p x").hasSuffix("line 1: heap: no process x lives, or is remembered\n"))
    #expect(try said("bins p").contains("line 1: bins: extra operand 'p'\n"))
    #expect(try said("heap()") == (try said("heap")))
    #expect(try said("heap -q").contains("invalid option -- 'q'"))
    let shell = try Transcript()
    _ = shell.run("write(16, 1)", isInteractive: true)
    #expect(shell.run("heap", isInteractive: true).said == "main had no heap when it died\n")
  }

  @Test("pages that a program took from under its heap are noticed, not believed")
  func corruptedHeap() throws {
    let text = try said(
      """
      p = malloc 100K
      q = malloc 5000
      malloc 10
      free q
      madvise(p + 100K - 0x2b0 + 16, 4K, MADV_DONTNEED)
      heap
      bins
      """)
    #expect(text.contains("the heap is corrupted"))
  }

  @Test("every kind of list shows in bins")
  func allLists() throws {
    let text = try said(
      """
      small = []
      repeat 20 { push(small, malloc(24)) }
      large = []
      for i in 0..<24 { push(large, malloc(500 + 900 * i)); malloc(24) }
      for b in small { free(b) }
      for b in large { free(b) }
      a = malloc(30000)
      b = malloc(1500)
      bins
      """)
    #expect(text.hasPrefix("tcache: "))
    for title in ["unsorted bin:", "small bins:", "large bins:", "binmap:"] {
      #expect(text.contains("\n" + title), "\(title)")
    }
    #expect(text.contains("bin 112, 10752-12272  2: "))
  }

  @Test("malloc_info prints on the stream that C names")
  func mallocInfo() throws {
    let transcript = try Transcript()
    #expect(
      transcript.run("malloc_info(0, stdout)").said.hasPrefix("<malloc version=\"1\">\n<heap nr=\"0\">\n"))
    #expect(transcript.standardError.isEmpty)
    _ = transcript.run("malloc_info(0, stderr)")
    #expect(transcript.standardError.hasPrefix("<malloc "))
    #expect(transcript.run("expect malloc_info(1) == EINVAL").said.isEmpty)
  }
}
