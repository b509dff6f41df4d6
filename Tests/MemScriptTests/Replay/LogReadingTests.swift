// Reading the logs that users record: mtrace(3) and valgrind --trace-malloc=yes.

import LinuxMemory
import Testing

@testable import MemScript

@Suite("Reading allocation logs")
struct LogReadingTests {
  // MARK: mtrace

  @Test func readsAllLinesOfMtrace() throws {
    let trace = try AllocationTrace(
      log:
        """
        = Start
        @ ./a b:[0x11fb] + 0x1000 0x64
        @ /lib/libc.so.6:(__strdup+1a)[0x9e9aa] + 0x2000 0
        @ ./a:[0x1210] < 0x1000
        @ ./a:[0x1210] > 0x3000 0x1388
        @ ./a:[0x1332] + (nil) 0x4000000000000
        @ ./a:[0x1358] ! 0x3000 0x4000000000000
        + 0x1000 0x10
        @ ./a:[0x12a5] - 0x2000
        @ ./a:[0x12a5] - 0x3000
        = End

        """)
    #expect(
      trace.callTexts == [
        "1=malloc 100", "2=malloc 0", "1=realloc 1 5000", "3=malloc 1125899906842624", "free 3",
        "1=realloc 1 1125899906842624", "3=malloc 16", "free 2", "free 1",
      ])
    #expect(trace.gaps == AllocationTraceGaps())
    #expect(!trace.tellsWrites)
    #expect(trace.line(ofOperation: 2) == 5)
  }

  @Test func whatAnMtraceLogLacksIsCounted() throws {
    let trace = try AllocationTrace(
      log:
        """
        = Start
        @ a:[0] - 0x10
        @ a:[0] < 0x10
        @ a:[0] > 0x20 0x8
        @ a:[0] + 0x20 0x9
        @ a:[0] < 0x20
        @ a:[0] - 0x20
        @ a:[0] > 0x30 0x8
        @ a:[0] - (nil)
        @ a:[0] + 0x4
        """)
    #expect(trace.callTexts == ["1=malloc 8", "free 1", "1=malloc 9", "free 1", "1=malloc 8"])
    #expect(trace.gaps.unknownBlocks == 3)
    #expect(trace.gaps.missedFrees == 1)
    #expect(trace.gaps.nullFrees == 1)
    #expect(trace.gaps.unfinishedCalls == 2)
  }

  @Test func otherLinesInAnMtraceLogAreMistakes() throws {
    let error = thrown(Diagnostic.self) { try AllocationTrace(log: "= Start\nhello world\n@ a:[0] - 0x10\n") }
    #expect(error?.message == "this is not a line of mtrace(3)")
    #expect(error?.location.line == 2)
  }

  // MARK: valgrind

  @Test func readsAllCallsOfValgrind() throws {
    let trace = try AllocationTrace(
      log:
        """
        ==7== Memcheck, a memory error detector
        --7-- REDIR: 0x48 (libc.so.6:malloc) redirected to 0x49 (malloc)
        the program's own output
        --7-- malloc(100) = 0x4A41040
        --7-- realloc(0x4A41040,5000) = 0x4A410F0
        --7-- calloc(10,20) = 0x4A42540
        --7-- memalign(al 64, size 300) = 0x4A426C0
        --7-- memalign(alignment 4096, size 5) = 0x4A46000
        --7-- _Znwm(24) = 0x5000000
        --7-- _ZnwmSt11align_val_t(size 24, al 32) = 0x5000100
        --7-- _ZdlPvm(0x5000000)
        --7-- malloc(33) = 0x4A42650
        --7-- realloc(0x4A42650,0)free(0x4A42650)
        --7--  = 0
        --7-- realloc(0x0,40)malloc(40) = 0x4A42700
        --7-- malloc(41)--7-- REDIR
        --7--  = 0x4A42800
        --7-- malloc(1125899906842624) = 0x0
        --7-- realloc(0x4A42800,1125899906842624) = 0x0
        --7-- malloc_usable_size(0x4A42800) = 41
        --7-- free(0x4A410F0)
        --7-- free(0x0)
        --8-- malloc(1) = 0x4A410F0
        ==7== ERROR SUMMARY: 0 errors from 0 contexts
        """)
    #expect(
      trace.callTexts == [
        "1=malloc 100", "1=realloc 1 5000", "2=calloc 10 20", "3=memalign 64 300", "4=memalign 4096 5",
        "5=malloc 24", "6=memalign 32 24", "free 5", "5=malloc 33", "free 5", "5=malloc 40", "7=malloc 41",
        "8=malloc 1125899906842624", "free 8", "7=realloc 7 1125899906842624", "free 1",
      ])
    #expect(trace.gaps.nullFrees == 1)
    #expect(trace.gaps.foreignLines == 1)
    #expect(trace.gaps.unknownBlocks == 0)
  }

  @Test func mistakesInCallsOfValgrindAreShown() throws {
    let error = thrown(Diagnostic.self) { try AllocationTrace(log: "--7-- malloc(ten) = 0x10\n") }
    #expect(error?.message == "a number is missing in this call")
    #expect(error?.location.column == 14)
    // The log of a program that was killed breaks off anywhere.
    #expect(try AllocationTrace(log: "--7-- malloc(1) = 0x10\n--7-- malloc(").gaps.unfinishedCalls == 1)
  }

  // MARK: Logs of real programs

  @Test(arguments: [
    ("jq.mtrace", 20_355, 0), ("sqlite3.mtrace", 1_276, 0), ("ls.mtrace", 837, 0), ("mawk.mtrace", 27, 0),
    ("forms.mtrace", 25, 0), ("ls.valgrind", 843, 168), ("forms.valgrind", 25, 77),
  ])
  func realLogsAreReadAsAWhole(file: String, calls: Int, nullFrees: Int) throws {
    let bytes = [UInt8](try PackedFile.unpack("logs/\(file)"))
    let trace = try AllocationTrace(reading: SourceText(name: file, bytes: bytes))
    #expect(trace.operations.count == calls)
    #expect(trace.gaps.nullFrees == nullFrees)
    #expect(trace.gaps.unknownBlocks == 0)
    #expect(trace.gaps.missedFrees == 0)
    #expect(trace.gaps.unfinishedCalls == 0)
  }
}
