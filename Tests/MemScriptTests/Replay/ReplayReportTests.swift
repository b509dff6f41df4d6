// What a replay measures, and how the report shows it.

import LinuxMemory
import Testing

@testable import MemScript

@Suite("Reports of replays")
struct ReplayReportTests {
  private func plan(_ text: String) throws -> ReplayPlan {
    ReplayPlan(trace: try AllocationTrace(reading: SourceText(name: "t", text: text)))
  }

  @Test func countsWhatTheProgramHolds() throws {
    let usage = try plan("m 1 100\nm 2 200000\nr 1 3 1000\nf 2\nm 4 -1\n").run().usage
    #expect(usage.live.peak == 201_000)
    #expect(usage.live.now == 1000)
    #expect(usage.usable.now == 1000)
    #expect(usage.heap.peak == 0x21000)
    #expect(usage.mapped.peak == 200_704)
    #expect(usage.mapped.now == 0)
    #expect(usage.footprint.peak == 0x21000 + 200_704)
    #expect(usage.failures == 1)
    #expect(usage.systemCalls.brk == 2)
    #expect(usage.systemCalls.mmap == 1)
    #expect(usage.systemCalls.munmap == 1)
    #expect(usage.fragmentation == 1 - 1000.0 / 135_168)
  }

  /// A log does not say what the program wrote, so an assumption does.
  @Test(arguments: [
    (ReplayOptions.BlockTouching.all, 25 as UInt64), (.first, 2), (.none, 2),
  ])
  func assumesWrites(touching: ReplayOptions.BlockTouching, pages: UInt64) throws {
    var plan = try plan("= Start\n@ a:[0] + 0x1000 0x186a0\n")
    plan.touching = touching
    #expect(try plan.run().usage.resident.now == pages << 12)
  }

  /// A trace that tells what the program wrote is taken at its word.
  @Test func believesTracesThatTellWrites() throws {
    #expect(try plan("m 1 100000\n").run().usage.resident.now == 2 << 12)
    #expect(try plan("m 1 100000\nw 1 0 100000\n").run().usage.resident.now == 25 << 12)
  }

  @Test func tellsWhatSettingsWouldChange() throws {
    let text = "m 1 100000\nm 2 100000\nf 1\nf 2\n"
    var plan = try plan(text)
    #expect(try plan.run().usage.heap.now == 0x21000)
    plan.settings = [try MallocSetting("m_trim_threshold=0"), try MallocSetting("TOP_PAD=0")]
    #expect(try plan.run().usage.heap.now == 0x1000)
    plan.settings = []
    plan.tunables = "glibc.malloc.mmap_threshold=4096"
    #expect(try plan.run().usage.mapped.peak == 0x19000)
  }

  @Test func warnsAboutTunablesThatGlibcReadsDifferently() throws {
    var plan = try plan("m 1 100\n")
    plan.tunables = "glibc.malloc.mmap_treshold=4096:glibc.malloc.top_pad=4096k"
    #expect(plan.warnings.count == 2)
    #expect(plan.warnings[0].hasPrefix("GLIBC_TUNABLES: glibc 2.36 has no tunable"))
    #expect(plan.warnings[1].hasSuffix("glibc takes it for 4096"))
    #expect(try plan.run().usage.heap.now == 0x2000)
  }

  /// What a program held when it died is told, though its memory is gone.
  @Test func tellsHowThingsWereBeforeTheProgramDied() throws {
    let outcome = try plan("m 1 100000\n# comment\nw 1 0 100000\nK 1\nK 1\nF 1 16\nm 2 1\n").run()
    #expect(outcome.ending?.signal == 6)
    #expect(outcome.line == 5)
    #expect(outcome.operationCount == 3)
    #expect(outcome.usage.resident.now > 90_000)
    #expect(outcome.usage.minorFaults >= 25)
  }

  @Test func showsReplaysSideBySide() throws {
    let plan = try plan("m 1 100\nf 1\n")
    var report = ReplayReport(of: plan.trace)
    report.add(try plan.run(), title: "default")
    report.add(try plan.run(), title: "A=1")
    #expect(
      report.text == """
                          default              A=1
                               peak      end        peak      end
        operations                         2                    2
        heap                132 KiB  132 KiB     132 KiB  132 KiB
        mapped              0 bytes  0 bytes     0 bytes  0 bytes
        RSS                   4 KiB    4 KiB       4 KiB    4 KiB
        live, requested   100 bytes  0 bytes   100 bytes  0 bytes
        live, usable      104 bytes  0 bytes   104 bytes  0 bytes
        fragmentation        99.9 %  100.0 %      99.9 %  100.0 %
        brk calls                          2                    2
        mmap calls                         0                    0
        munmap calls                       0                    0
        mremap calls                       0                    0
        madvise calls                      0                    0
        minor faults                       1                    1
        failed requests                    0                    0

        """)
  }

  @Test func readsSettings() throws {
    #expect(MallocSetting.names.contains("M_MMAP_THRESHOLD"))
    #expect(try MallocSetting("TRIM_THRESHOLD=-1").text == "M_TRIM_THRESHOLD=-1")
    #expect(try MallocSetting("M_TOP_PAD=64K").value == 65_536)
    for text in ["TOP_PAD", "TOP_PAD=", "TOP_PAD=x", "TOP_PAD=2G", "TOP_PAD=-3000000000", "=1", "PAD=1"] {
      let error = thrown(ReplayError.self) { try MallocSetting(text) }
      #expect(error?.hint != nil)
    }
    let error = thrown(ReplayError.self) { try MallocSetting("PAD=1") }
    #expect(error?.hint?.contains("M_ARENA_MAX, M_ARENA_TEST") == true)
  }
}
