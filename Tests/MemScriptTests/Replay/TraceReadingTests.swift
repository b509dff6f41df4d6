// Reading traces in each format, and what is said of texts that are none.

import LinuxMemory
import ScriptLanguage
import Testing

@testable import MemScript

@Suite("Reading traces")
struct TraceReadingTests {
  private func read(_ text: String) throws -> AllocationTrace {
    try AllocationTrace(reading: SourceText(name: "t", text: text))
  }

  private func diagnostic(_ bytes: [UInt8]) throws -> String {
    let error = thrown(Diagnostic.self) {
      try AllocationTrace(reading: SourceText(name: "t", bytes: bytes))
    }
    return DiagnosticRenderer().render(try #require(error))
  }

  private func diagnostic(_ text: String) throws -> String { try diagnostic(Array(text.utf8)) }

  // MARK: One call in each line

  @Test func readsEveryOperation() throws {
    let trace = try read(
      """
      #!env GLIBC_TUNABLES=glibc.malloc.mxfast=0
      # a comment

      m 1 100
        c 2 0x10 8 # at the end
      r 1 3 200
      a 4 64 100
      v 5 1
      V 6 1
      f 3
      w 4 0 64
      z 4 0 64
      o -1 -1
      t 0
      q
      s -4096
      B 0x21000
      L as 100
      L data 100
      K 4
      F 4 16
      A 4 -16 8
      W 4 -8 0x31
      P 4 0 5 -16
      X 4 0 5 -16
      """)
    #expect(
      trace.operations.map(\.kind) == [
        .malloc, .calloc, .realloc, .memalign, .valloc, .pvalloc, .free, .write, .read, .mallopt, .trim,
        .query,
        .moveBreak, .obstruct, .limitAddressSpace, .limitData, .freeKeeping, .freeInside, .reallocInside,
        .storeWord,
        .storePointer, .storeProtectedPointer,
      ])
    #expect(
      trace.environment == [EnvironmentVariable(name: "GLIBC_TUNABLES", value: "glibc.malloc.mxfast=0")])
    #expect(trace.tellsWrites)
    #expect(trace.operations[1].first == 16)
    #expect(trace.operations[2].slot == trace.operations[0].slot)
    #expect(trace.operations[9].second == .max)
    #expect(trace.line(ofOperation: 0) == 4)
    #expect(trace.line(ofOperation: 21) == 25)
  }

  /// Blocks are numbered densely, however large the numbers in the text are.
  @Test func hugeNumbersOfBlocksCostNothing() throws {
    let trace = try read("m 9223372036854775808 1\nf 18446744073709551615\nf 9223372036854775808\n")
    #expect(trace.slotCount == 3)
    #expect(trace.operations[0].slot == trace.operations[2].slot)
  }

  @Test(arguments: [
    ("m 1 10\nm 2\n", "t:2:1: error: SIZE is missing\n    m 2\n    ^\n  hint: the line is: m ID SIZE\n"),
    (
      "m 1 x\n",
      "t:1:5: error: 'x' is not a number of 64 bits\n    m 1 x\n        ^\n  hint: the line is: m ID SIZE\n"
    ),
    ("m 0 1\n", "t:1:3: error: 0 is NULL, not a block's ID\n    m 0 1\n      ^\n"),
    ("m 1 1\nf -1\n", "t:2:3: error: an ID is a positive number, or 0 for NULL\n    f -1\n      ^~\n"),
    (
      "m 1 1 1\n",
      "t:1:7: error: '1' is one word too many\n    m 1 1 1\n          ^\n  hint: the line is: m ID SIZE\n"
    ),
    (
      "L mem 1\n",
      "t:1:3: error: 'mem' is not a limit\n    L mem 1\n      ^~~\n  hint: the line is: L as KB, or L data KB\n"
    ),
    (
      "m 1 18446744073709551616\n",
      "t:1:5: error: '18446744073709551616' is not a number of 64 bits\n"
        + "    m 1 18446744073709551616\n        ^~~~~~~~~~~~~~~~~~~~\n  hint: the line is: m ID SIZE\n"
    ),
  ])
  func mistakesAreShownWhereTheyAre(text: String, message: String) throws {
    #expect(try diagnostic(text) == message)
  }

  @Test func unknownOperationsNameTheKnown() throws {
    let text = try diagnostic("m 1 1\nmalloc 3\n")
    #expect(text.hasPrefix("t:2:1: error: unknown operation 'malloc'\n    malloc 3\n    ^~~~~~\n"))
    #expect(text.contains("hint: the operations are m c r a v V f w z o t q S I N T E s B"))
  }

  @Test func negativeSizesAreThoseOfC() throws {
    #expect(try read("m 1 -1\n").operations[0].first == .max)
    #expect(try read("m 1 -9223372036854775808\n").operations[0].first == 1 << 63)
    #expect(try diagnostic("m 1 -9223372036854775809\n").contains("not a number"))
  }

  // MARK: Texts that are no traces

  @Test func emptyTextIsNoTrace() throws {
    #expect(try diagnostic("").hasPrefix("t:1:1: error: the trace is empty\n"))
    #expect(try diagnostic("\n\n").hasPrefix("t:1:1: error: this is not a trace of allocator calls\n"))
  }

  @Test func binaryGarbageIsNoTrace() throws {
    var random = SplitMix(seed: 1)
    for _ in 0..<200 {
      let bytes = (0..<500).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      // Whatever it is taken for, it does not end the host.
      _ = try? AllocationTrace(reading: SourceText(name: "t", bytes: bytes))
    }
    #expect(try diagnostic([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff]).contains("this is not a trace"))
  }

  @Test func longLinesAreShownInPart() throws {
    let line = "m 1 " + String(repeating: "9", count: 10 << 20)
    let text = try diagnostic(line)
    #expect(text.count < 1000)
    #expect(text.hasPrefix("t:1:5: error: '9999"))
    let far = try diagnostic("m 1 1" + String(repeating: " ", count: 1 << 20) + "x")
    #expect(far.hasPrefix("t:1:1048582: error: 'x' is one word too many\n"))
  }
}
