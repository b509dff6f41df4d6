// Reading the logs of ltrace, uftrace, heaptrack and scripts/record, and the traces of the malloc lab.

import LinuxMemory
import Testing

@testable import MemScript

@Suite("Reading logs of tools")
struct ToolLogTests {
  @Test func readsLtraceWithThreads() throws {
    let trace = try AllocationTrace(
      log:
        """
        [pid 3164] a->malloc(1000)                       = 0x563e591ab2a0
        [pid 3164] a->realloc(0x563e591ab2a0, 5000)      = 0x563e591ab2a0
        [pid 3165] a->malloc(100 <unfinished ...>
        [pid 3164] a->calloc(3, 33)                      = 0x563e591ac630
        [pid 3165] <... malloc resumed> )                = 0x7fef90000b70
        [pid 3165] a->free(0x7fef90000b70)               = <void>
        [pid 3165] a->puts("malloc(7)")                  = 10
        [pid 3165] +++ exited (status 0) +++
        [pid 3164] a->free(nil)                          = <void>
        [pid 3164] a->malloc(1 <unfinished ...>
        """)
    #expect(
      trace.callTexts == [
        "1=malloc 1000", "1=realloc 1 5000", "2=calloc 3 33", "create 1", "act 1", "3=malloc 100", "free 3",
        "act 0", "end 1",
      ])
    #expect(trace.gaps.nullFrees == 1)
    #expect(trace.gaps.unfinishedCalls == 1)
  }

  /// `ltrace -f -o FILE` begins lines with the thread's number, `grep -n` and `cat -n` with the line's, `ltrace -r` with a
  /// time, `ltrace -i` with an address in brackets.
  @Test func numbersBeforeCallsAreWhatTheyAre() throws {
    let calls = ["malloc(1000) = 0x10", "malloc(2000) = 0x20", "free(0x10) = <void>", "malloc(24) = 0x30"]
    let single = try AllocationTrace(log: calls.joined(separator: "\n")).callTexts
    #expect(single == ["1=malloc 1000", "2=malloc 2000", "free 1", "1=malloc 24"])
    func numbered(_ prefixes: [String]) throws -> [String] {
      try AllocationTrace(log: zip(prefixes, calls).map { $0 + $1 }.joined(separator: "\n")).callTexts
    }
    #expect(
      try numbered(["26873 ", "26874 ", "26874 ", "26873 "]) == [
        "1=malloc 1000", "create 1", "act 1", "2=malloc 2000", "free 1", "act 0", "1=malloc 24",
      ])
    for prefixes in [
      ["1 ", "2 ", "3 ", "4 "], ["0.000000 ", "0.000123 ", "0.000001 ", "1.5 "],
      ["[0x401490] ", "[0x4014a2] ", "[0x4014b0] ", "[0x401490] "],
    ] {
      #expect(try numbered(prefixes) == single, "\(prefixes)")
    }
  }

  @Test func readsUftrace() throws {
    let trace = try AllocationTrace(
      log:
        """
        # DURATION     TID     FUNCTION
           1.337 us [ 1234] | malloc(100) = 0x55d0c02a0;
                    [ 1234] | main() {
           0.511 us [ 1234] |   realloc(0x55d0c02a0, 300) = 0x55d0c02a0;
           0.201 us [ 1234] |   free(0x55d0c02a0);
                    [ 1234] | } /* main */
        """)
    #expect(trace.callTexts == ["1=malloc 100", "1=realloc 1 300", "free 1"])
    #expect(trace.gaps == AllocationTraceGaps())
  }

  @Test func readsHeaptrack() throws {
    let trace = try AllocationTrace(
      log:
        """
        v 10400 3
        x 9 /tmp/a
        t 7fca27994b9f 0
        + 11c00 4 55de213dd530
        - 55de213dd530
        + 3e8 8 55de213ef1d0
        """)
    #expect(trace.callTexts == ["1=malloc 72704", "free 1", "1=malloc 1000"])
    let error = thrown(Diagnostic.self) { try AllocationTrace(log: "v 10400 3\n+ 11c00\n+ 1 2 3\n") }
    #expect(error?.message == "this is not as heaptrack writes it")
    #expect(error?.location.line == 2)
  }

  @Test func readsTheMallocLab() throws {
    let trace = try AllocationTrace(log: "20000\n2\n4\n1\na 0 512\na 1 128\nr 0 640\nf 1\nf 0\nf -1\n")
    #expect(trace.callTexts == ["1=malloc 512", "2=malloc 128", "1=realloc 1 640", "free 2", "free 1"])
    for (line, message) in [
      ("x 0 1", "this is not a call of the malloc lab"), ("a 0", "a size is missing"),
      ("a -1 3", "the number of a block is missing"),
      ("a 18446744073709551615 3", "the number of a block is missing"),
    ] {
      let error = thrown(Diagnostic.self) {
        try AllocationTrace(log: "20000\n2\n4\n1\na 0 512\n\(line)\nf 0\n")
      }
      #expect(error?.message == message, "\(line)")
      #expect(error?.location.line == 6, "\(line)")
    }
  }

  @Test func readsWhatTheRecorderTellsOfThreads() throws {
    let trace = try AllocationTrace(
      log:
        """
        # glibc 2.36
        #!cpus 3
        #!vectors logged
        #!env MALLOC_ARENA_MAX=2
        [0] malloc(8) = 0x5612f0218eb0
        [0] pthread_create(1, 65536)
        [0] calloc(18, 16) = 0x5612f0218f00
        [1] malloc(100) = 0x7f2d5c000b70
        [1] pthread_exit()
        [0] pthread_join(1)
        [0] memalign(64, 100) = 0x5612f0219000
        """)
    #expect(
      trace.callTexts == [
        "1=malloc 8", "create 1", "2=calloc 18 16", "act 1", "3=malloc 100", "exitThread", "end 1",
        "4=memalign 64 100",
      ])
    #expect(trace.processorCount == 3)
    #expect(trace.logsVectors)
  }

  /// A log may name threads, blocks and sizes that cannot be: it is read, or refused in words.
  @Test(arguments: [
    "[0] malloc(18446744073709551615) = 0x10",
    "[18446744073709551615] malloc(1) = 0x10\n[1] malloc(1) = 0x20",
    "[0] pthread_create(18446744073709551615, 1)\n[0] malloc(1) = 0x10",
    "[0] malloc(1) = 0x10\n[0] pthread_create(9223372036854775807, 1)\n[5] malloc(1) = 0x20",
    "[0] malloc(1) = 0x10\n[0] pthread_create(0, 1)\n[0] pthread_join(0)\n[0] pthread_exit()",
    "[0] malloc(1) = 0x10\n[0] pthread_join(7)", "malloc() = 0x0", "free()", "calloc(1) = 0x10",
    "[0] malloc(1) = 0x10\n[1] pthread_exit()\n[1] malloc(3) = 0x20",
    "[0] malloc(1) = 0x10\n[0] pthread_create(1, 18446744073709551615)\n[1] malloc(3) = 0x20",
    "#!stacks own\nm 1 9\nN 9223372036854775807\nT 9223372036854775807\nm 2 9",
    "#!cpus -9223372036854775808\nm 1 9\nN 1\nT 1\nm 2 9",
    "#!cpus 9223372036854775807\nm 1 9\nN 1\nT 1\nm 2 9", "#!env MALLOC_ARENA_MAX=\nm 1 9",
  ])
  func hostileLogsDoNoHarm(log: String) throws {
    let trace: AllocationTrace
    do { trace = try AllocationTrace(log: log) } catch { return }
    let configuration = try MachineConfiguration(settings: [])
    do {
      let results = Array(try ReplayResultLines(of: trace, on: configuration))
      #expect(results.count <= trace.operations.count + 1)
    } catch let error {
      #expect(!error.message.isEmpty)
    }
  }
}
