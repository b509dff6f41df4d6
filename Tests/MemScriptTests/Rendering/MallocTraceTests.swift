// The lines about malloc: no path is silent, and each says why it was taken.

import Testing

@testable import MemScript

struct MallocTraceTests {
  /// What was done before, what is done, and what the trace then says.
  struct Path: Sendable, CustomTestStringConvertible {
    let before: String
    let statement: String
    let words: String

    init(_ before: String, _ statement: String, _ words: String) {
      self.before = before
      self.statement = statement
      self.words = words
    }

    var testDescription: String { "\(statement): \(words)" }
  }

  private static let twenty = "b = []\nrepeat 20 { push(b, malloc(24)) }\nfor x in b { free(x) }\n"
  private static let hole = "p = malloc 3000\nmalloc 24\nfree p\n"

  static let requests = [
    Path("", "malloc 24", "the heap begins with 132 KiB from the kernel, 128 KiB of it reserve (M_TOP_PAD)"),
    Path("", "malloc 24", "nothing free fits: 32 bytes cut off the top chunk, 131.3 KiB left"),
    Path("free(malloc(24))", "malloc 24", ": chunk of 32 bytes, 0 of that size left"),
    Path(
      "free(malloc(24))", "calloc(1, 24)", "calloc does not ask the tcache, which holds 1 chunk of 32 bytes"),
    Path("", "calloc(1, 24)", "cleared: 24 bytes set to zero"),
    Path("", "calloc(1, 1M)", "fresh from the kernel and zero already: nothing to clear"),
    Path(twenty, "calloc(1, 24)", "fastbin hit: chunk of 32 bytes"),
    Path(twenty + "repeat 7 { malloc(24) }", "malloc 24", "7 more chunks of 32 bytes moved into the tcache"),
    Path(hole, "malloc 3000", "unsorted bin: a chunk of exactly 3008 bytes"),
    Path(
      hole, "malloc 4000", "1 chunk of the unsorted bin does not fit exactly: sorted into small and large"),
    Path(
      hole, "malloc 1500", "best fit of bin 95: chunk of 2.9 KiB for 1.5 KiB, 1.5 KiB cut off into the unso"),
    Path(
      hole + "malloc 100", "malloc 200", "last remainder split, alone in the unsorted bin: 208 bytes taken"),
    Path("", "malloc 1M", "1 MiB >= the mmap threshold of 128 KiB: a mapping of its own"),
    Path(
      "mallopt(M_MMAP_MAX, 0)", "malloc 1M", "M_MMAP_MAX allows no mapped chunk: the heap serves the request"),
    Path("", "malloc 100G", "the kernel refused a mapping of 100 GiB: the heap is tried"),
    Path("", "malloc 100G", "the kernel gives no memory for 100 GiB: NULL, errno ENOMEM"),
    Path("malloc 24", "memalign(64, 1000)", " cut off before it, "),
    Path("", "posix_memalign(24, 8)", "alignment of 24 refused: EINVAL"),
    Path("", "reallocarray(NULL, -1, 2)", "NULL, errno ENOMEM"),
    Path("", "mallopt(M_TOP_PAD, 0)", "M_TOP_PAD set to 0; from now on freed mappings do not adapt"),
    Path("", "mallopt(M_MXFAST, 1000)", "M_MXFAST refuses 1000"),
    Path("", "mallopt(77, 0)", "mallopt knows no parameter 77: accepted without effect"),
  ]

  static let releases = [
    Path("", "free NULL", "free(NULL): nothing to do"),
    Path("p = malloc 24", "free p", "chunk of 32 bytes kept in the tcache"),
    Path(twenty + "p = malloc 24", "q = b[0]; free p", ": 7 of at most 7"),
    Path("p = malloc 24\n" + twenty, "free p", "no room in the tcache: chunk of 32 bytes into its fastbin"),
    Path("p = malloc 3000\nmalloc 24", "free p", "chunk of 2.9 KiB into the unsorted bin, no free neighbour"),
    Path(
      "p = malloc 3000\nq = malloc 2000\nmalloc 24\nfree q", "free p",
      "chunk of 2.9 KiB merged with its free neighbours: 4.9 KiB in the unsorted bin"),
    Path("p = malloc 3000", "free p", "chunk of 2.9 KiB borders top: merged into it, now 131.4 KiB"),
    Path("malloc 100000\np = malloc 3000", "free p", "under 64 KiB nobody looks at the trim threshold"),
    Path("p = malloc 3000", "free p", "but a trim leaves the reserve of 128 KiB (M_TOP_PAD)"),
    Path("malloc 30000\np = malloc 70000", "free p", "of 128 KiB: the heap keeps it"),
    Path(
      "p = malloc 100000\nq = malloc 100000\nfree q", "free p", "of 128 KiB: the heap shrinks by"),
    Path("p = malloc 100000\nq = malloc 100000\nfree q\nsbrk(4096)", "free p", "which somebody else moved"),
    Path("p = malloc 1M", "free p", "rises to 1 MiB, the trim threshold"),
    Path("p = malloc 1M", "free p", "a mapping of its own: 1 MiB go back to the kernel"),
    Path("malloc 24", "malloc_trim(0)", "malloc_trim: the heap shrinks by 128 KiB"),
    Path("malloc 24\nmalloc_trim(0)", "malloc_trim(0)", "malloc_trim: no whole page to give back"),
    Path(
      "p = malloc 9000\nmalloc 24\nfree p", "malloc_trim(0)", "inside a free chunk at 0x4d3000 given back"),
    Path(twenty, "malloc 2000", "fastbins consolidated: 13 chunks merged"),
  ]

  static let resizes = [
    Path("p = malloc 1000", "realloc(p, 500)", "resized in place: 1008 -> 512 bytes"),
    Path("p = malloc 1000", "realloc(p, 500)", "the rest of 496 bytes is cut off and freed"),
    Path("p = malloc 1000", "realloc(p, 5000)", "grown into the top chunk: 1008 -> 5008 bytes"),
    Path(
      "p = malloc 1000\nq = malloc 3000\nmalloc 24\nfree q", "realloc(p, 2000)", "grown into the free chunk"),
    Path(
      "p = malloc 1000\nmalloc 24", "realloc(p, 2000)", "moved from 0x4d22a0 to 0x4d26b0, 1000 bytes copied"),
    Path("p = malloc 1M", "realloc(p, 1000K)", "mapping resized: 1052672 -> 1028096 bytes"),
    Path("p = malloc 1M", "realloc(p, 1049000)", "its mapping of 1 MiB has room: nothing to do"),
    Path("p = malloc 1M", "realloc(p, 100G)", "the kernel refused to resize the mapping to 100 GiB"),
  ]

  @Test("a path of the allocator says what it did and why", arguments: requests + releases + resizes)
  func path(_ path: Path) throws {
    let transcript = try Transcript()
    _ = transcript.run(path.before)
    transcript.session.isTracing = true
    transcript.session.traceLevel = .normal
    // What words mean is told at their first use only.
    transcript.session.explainedWords = Set(TraceGlossary.entries.map(\.word))
    _ = transcript.run(path.statement, isInteractive: true)
    #expect(transcript.trace.contains(path.words))
  }
}
