// What lies in memory: stores that malloc reads, and loads of what it wrote.

import MemScript
import ScriptLanguage
import Testing

@Suite("Contents of memory")
struct ContentTests {
  @Test("what is stored is loaded, in every width")
  func storesAndLoads() throws {
    let (outcome, said) = try Transcript().run(
      """
      p = malloc(100)
      poke(p, -2)
      print peek(p), peek(p, 4), peek(p, 1), peek(p + 1, 2)
      poke(p + 3, 0x1234, 2)
      print hex(peek(p + 3, 1)), hex(peek(p + 2, 4))
      memset(p, 65, 4)
      print hex(peek(p, 4))
      strcpy(p + 8, "text")
      strcpy(p + 16, p + 8)
      memcpy(p + 32, p + 16, 3)
      print hex(peek(p + 16, 4)), peek(p + 20, 1), hex(peek(p + 32, 4))
      write(p, 4, 66)
      print peek(p, 1), peek(calloc(1, 64))
      """)
    #expect(outcome == .finished)
    #expect(
      said == """
        -2 -2 -2 -1
        0x34 0xffffffffff1234ff
        0x41414141
        0x74786574 0 0x786574
        66 0

        """)
  }

  @Test("headers are words in memory: of the size, of a freed chunk's links")
  func headers() throws {
    let transcript = try Transcript()
    _ = transcript.run(
      """
      p = malloc(24)
      q = malloc(24)
      print hex(peek(p - 8))
      free p
      free q
      # Since 2.32 a link is mixed with its own address (safe-linking).
      print (peek(q) ^ (int(q) >> 12)) == int(p)
      """)
    #expect(transcript.output == "0x21\ntrue\n")
  }

  @Test(
    "what was overwritten is followed or noticed, as in glibc",
    arguments: [
      // As programs in C that do the same end under glibc 2.36.
      ("p = malloc 24; free p; free p", "free(): double free detected in tcache 2"),
      (
        "p = malloc 24; poke(p - 8, 0x20); q = malloc 24; poke(p - 8, 7); free p",
        "munmap_chunk(): invalid pointer"
      ),
      ("p = malloc 1400; g = malloc 24; poke(p - 8, 0x9990); free p", "double free or corruption (!prev)"),
      (
        "p = malloc 1400; q = malloc 1400; malloc 24; poke(q - 8, 3); free p",
        "free(): invalid next size (normal)"
      ),
      (
        "p = malloc 1400; malloc 24; free p; poke(p - 8, 0x10); malloc 2000",
        "malloc(): invalid size (unsorted)"
      ),
      ("p = malloc 24; free p + 8", "free(): invalid pointer"),
      ("p = malloc 24; poke(p + 24, -1); malloc 1M - 200K; malloc 100K", "malloc(): corrupted top size"),
    ])
  func corruption(script: String, words: String) throws {
    let transcript = try Transcript()
    let (outcome, said) = transcript.run(script)
    #expect(outcome == .killed(signal: 6), "\(script): \(said)")
    #expect(said.contains(words), "\(script): \(said)")
  }

  @Test(
    "malloc_trim notices a free chunk that ends before its first page",
    arguments: [
      ("2.36", "Fatal glibc error: malloc assertion failure in mtrim: (char *) p + size > paligned_mem"),
      ("2.31", "main: malloc.c:4781: mtrim: Assertion `(char *) p + size > paligned_mem' failed."),
    ])
  func trim(version: String, words: String) throws {
    let transcript = try Transcript(machine: "glibc=\(version)")
    // As the same program in C ends under glibc 2.36.
    let (outcome, said) = transcript.run(
      "p = malloc 1500; malloc 24; free p; poke(p - 8, 0xffffffffffffffe1); malloc_trim(0)")
    #expect(outcome == .killed(signal: 6))
    #expect(said.contains(words), "\(said)")
  }

  @Test("tcache poisoning gives any aligned address, as how2heap shows")
  func poisoning() throws {
    let transcript = try Transcript()
    _ = transcript.run(
      """
      target = malloc(64)
      a = malloc(128)
      b = malloc(128)
      free a
      free b
      poke(b, int(target) ^ (int(b) >> 12))
      malloc 128
      print malloc(128) == target
      """)
    #expect(transcript.output == "true\n")
  }

  @Test("overlapping chunks: a larger size in a header, and a free, give one block over another")
  func overlap() throws {
    let transcript = try Transcript()
    _ = transcript.run(
      """
      a = malloc(1080)
      b = malloc(1080)
      c = malloc(1080)
      malloc 24
      poke(a + 1080, 0x881)   # b's size: b and c together
      free b
      d = malloc(0x870)
      print d == b, int(d) < int(c) && int(c) < int(d) + malloc_usable_size(d)
      """)
    #expect(transcript.output == "true true\n")
  }

  @Test(
    "limits and mistakes are said",
    arguments: [
      ("memset(malloc(2M), 1, 2M)", "more than one call keeps (1 MiB)"),
      ("memcpy(malloc(2M), malloc(2M), 2M)", "more than one call keeps (1 MiB)"),
      ("memset(malloc(9), 1, 0xffffffffffffffff)", "more than one call keeps (1 MiB)"),
      ("peek(malloc(9), 3)", "a width is 1, 2, 4 or 8, not 3"),
      ("poke(malloc(9), 1, 9223372036854775807)", "a width is 1, 2, 4 or 8"),
      ("poke(malloc(9), \"x\")", "poke stores a whole number or a pointer"),
      ("strcpy(malloc(9), 3.5)", "strcpy copies a text in double quotes, or from a pointer"),
    ])
  func mistakes(script: String, words: String) throws {
    let messages = try Transcript().run(script).outcome.failure?.diagnostics.map(\.message) ?? []
    #expect(messages.contains { $0.contains(words) }, "\(script): \(messages)")
  }

  @Test(
    "an address that is not mapped is SIGSEGV",
    arguments: [
      "peek(0)", "peek(-1)", "poke(0xfffffffffffffff9, 1)", "memcpy(malloc(100), 0, 8)", "strcpy(8, \"x\")",
      "p = malloc 1M; free p; peek(p)", "strcpy(malloc(9), malloc(1M) + 2M)", "strcpy(malloc(9), NULL)",
    ])
  func unmapped(script: String) throws {
    #expect(try Transcript().run(script).outcome == .killed(signal: 11))
  }

  @Test("zero bytes need no room: a whole gigabyte may be cleared")
  func zeroes() throws {
    let transcript = try Transcript(machine: "ram=4G")
    let (outcome, said) = transcript.run(
      "p = malloc 1G; poke(p + 500M, 7); memset(p, 0, 1G); print peek(p + 500M)")
    #expect(outcome == .finished)
    #expect(said == "0\n")
  }
}
