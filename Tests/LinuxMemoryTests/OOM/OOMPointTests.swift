// How much can be written before the OOM killer comes, against recordings of Linux 6.1 with 1 GiB.

import Testing

@testable import LinuxMemory

@Suite("OOM point")
struct OOMPointTests {
  /// What one recording saw.
  struct Run: CustomStringConvertible {
    var architecture: MachineConfiguration.Architecture
    var hugePages: MachineConfiguration.TransparentHugePages
    var swap: UInt64 = 0
    var pages: Int
    /// KiB free in each zone when the killer came.
    var freeKilobytes: [String: Int]
    var description: String { "\(architecture) \(hugePages) swap \(swap >> 20)M" }
  }

  static let runs = [
    Run(
      architecture: .x8664, hugePages: .never, pages: 236_339, freeKilobytes: ["DMA": 3796, "DMA32": 3752]),
    Run(
      architecture: .x8664, hugePages: .always, pages: 224_815, freeKilobytes: ["DMA": 4452, "DMA32": 42512]
    ),
    Run(
      architecture: .x8664, hugePages: .never, swap: 256 << 20, pages: 295_791,
      freeKilobytes: ["DMA": 3796, "DMA32": 3612]),
    Run(
      architecture: .i386, hugePages: .never, pages: 248_283,
      freeKilobytes: ["DMA": 3972, "Normal": 8100, "HighMem": 144]),
    Run(
      architecture: .i386, hugePages: .always, pages: 237_483,
      freeKilobytes: ["DMA": 4672, "Normal": 47092, "HighMem": 144]),
    Run(
      architecture: .i386, hugePages: .never, swap: 256 << 20, pages: 308_000,
      freeKilobytes: ["DMA": 3972, "Normal": 8200, "HighMem": 144]),
  ]

  @Test("pages written and pages left, within 1 %", arguments: runs)
  func point(run: Run) throws {
    var machine = try Machine.recorded(run.architecture, hugePages: run.hugePages, swap: run.swap)
    let outcome = try machine.runHog(megabytes: 2000)
    #expect(outcome.signal == 9)
    let error = Double(outcome.writtenPages - run.pages) / Double(run.pages)
    #expect(abs(error) < 0.01, "wrote \(outcome.writtenPages), recorded \(run.pages)")
    for line in machine.log.lines where line.text.contains("managed:") {
      let words = line.text.replacing("Node 0 ", with: "").split(separator: " ")
      let free = words[1].split(separator: ":").last.flatMap { Int($0.dropLast(2)) } ?? 0
      let recorded = run.freeKilobytes[String(words[0])] ?? 0
      // A request passes while free pages are above the mark, so a per-CPU batch of 63 more may go, and page
      // tables, which need not keep HighMem's reserve, take some below. Huge pages come two at a time, so where
      // they are given the last one decides; recorded boots differ as much.
      let hugePage = Int(machine.configuration.profile.hugePageSize) / 1024
      let slack = run.hugePages == .always && recorded > hugePage * 4 ? hugePage : (63 + 16) * 4
      #expect(abs(free - recorded) <= max(recorded / 100, slack), "\(line.text.prefix(40)): \(recorded)")
    }
  }
}
