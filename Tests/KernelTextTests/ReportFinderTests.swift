// Logs of any length, cut anywhere.

import Testing

@testable import KernelText

@Suite struct ReportFinderTests {
  private let report = [
    "[    4.1] Adding 131068k swap on /dev/vda.  Priority:-2 extents:1 across:131068k ",
    "[    4.2] web invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
    "[    4.2] Mem-Info:",
    "[    4.2] Out of memory: Killed process 98 (web) total-vm:20480kB, anon-rss:380000kB, file-rss:4kB, "
      + "shmem-rss:0kB, UID:1000 pgtables:816kB oom_score_adj:0",
  ]

  private func noise(_ count: Int) -> [String] {
    (0..<count).map { "[    4.0] usb 1-1: new device number \($0)" }
  }

  private func find(_ log: String, piece: Int) -> [[LogLine]] {
    var finder = ReportFinder()
    var stretches: [[LogLine]] = []
    Array(log.utf8).withUnsafeBufferPointer { bytes in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        let part = bytes[start..<min(start + piece, bytes.count)]
        stretches += finder.feed(UnsafeBufferPointer(rebasing: part))
      }
    }
    return stretches + finder.finish()
  }

  @Test(arguments: [1, 7, 64, 4096, 1 << 20]) func piecesMakeNoDifference(piece: Int) throws {
    let log = (noise(500) + report + noise(4000) + report).joined(separator: "\n")
    let stretches = find(log, piece: piece)
    #expect(stretches.count == 2)
    // The line about swap stands before the report, also before the second.
    #expect(stretches.map { $0[0].number } == [501, 501])
    #expect(stretches[1][1].number == 4505)
    let reports = stretches.flatMap(KernelReport.reports)
    #expect(reports.map(\.lines) == [502...504, 4506...4508])
    #expect(reports.map(\.addedSwap) == [131_068, 262_136])
  }

  @Test func onlyLinesNearReportsAreKept() {
    let log = (noise(20_000) + report + noise(20_000)).joined(separator: "\n")
    #expect(find(log, piece: 1 << 16).map(\.count).reduce(0, +) < 4000)
  }

  @Test func endlessLinesAreCut() {
    let long = String(repeating: "x", count: 2_000_000)
    let log = ([long] + report + [long + " invoked oom-killer: gfp_mask=0x1"]).joined(separator: "\n")
    for piece in [1000, 1 << 20] {
      let stretches = find(log, piece: piece)
      #expect(stretches.count == 1)
      #expect(stretches[0].allSatisfy { $0.bytes.count <= ReportFinder.longestLine })
      #expect(stretches.flatMap(KernelReport.reports).count == 1)
    }
  }
}
