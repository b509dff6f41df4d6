// How much can be written before the OOM killer comes, against recordings of Linux 6.1 on machines of many sizes.

import Testing

@testable import LinuxMemory

@Suite("OOM point")
struct OOMPointTests {
  /// What one hog of a recording did.
  struct Run: Sendable {
    var hugePages: MachineConfiguration.TransparentHugePages
    var kilobytes: Int
    /// KiB free in each zone when the killer came.
    var free: [String: Int]
  }

  /// A machine and the hogs that ran on it in a row.
  struct History: Sendable, CustomStringConvertible {
    var architecture: MachineConfiguration.Architecture
    var mebibytes: UInt64
    var asked: UInt64
    var runs: [Run]
    var description: String { "\(architecture) \(mebibytes) MiB" }
  }

  static let histories: [History] = {
    var histories: [History] = []
    for line in (try? Recording("oom-points.txt").lines) ?? [] {
      let words = line.split(separator: " ")
      guard words.count > 5, let size = UInt64(words[1]), let asked = UInt64(words[2]),
        let mode = MachineConfiguration.TransparentHugePages(rawValue: String(words[3])),
        let written = Int(words[4])
      else { continue }
      let architecture = words[0] == "amd64" ? MachineConfiguration.Architecture.x8664 : .i386
      var run = Run(hugePages: mode, kilobytes: written, free: [:])
      for zone in words[5...] {
        let parts = zone.split(separator: "=")
        run.free[String(parts[0])] = Int(parts[1])
      }
      if histories.last?.mebibytes != size || histories.last?.architecture != architecture {
        histories.append(History(architecture: architecture, mebibytes: size, asked: asked, runs: []))
      }
      histories[histories.count - 1].runs.append(run)
    }
    return histories
  }()

  @Test("there are recordings")
  func recordings() { #expect(Self.histories.count >= 12) }

  @Test("KiB written and KiB left, within 1 % and a huge page", arguments: histories)
  func points(history: History) throws {
    var configuration = MachineConfiguration()
    configuration.architecture = history.architecture
    configuration.ram = history.mebibytes << 20
    configuration.transparentHugePages = .always
    var machine = try Machine(configuration: configuration)
    _ = try machine.writeTunable("overcommit_memory", text: "1", by: ProcessID(1)).get()
    let pageblock = Int(configuration.profile.hugePageSize >> 10)
    var mode: MachineConfiguration.TransparentHugePages?
    for run in history.runs {
      if mode != run.hugePages { machine.setTransparentHugePages(run.hugePages) }
      mode = run.hugePages
      machine.clearLog()
      let written = try Self.fill(&machine, mebibytes: history.asked)
      // Huge pages come two at a time, and the second may be left to nobody; a boost of the marks is a page block.
      let slack = run.kilobytes / 100 + pageblock
      #expect(
        abs(written - run.kilobytes) <= slack,
        "\(run.hugePages): wrote \(written) KiB, recorded \(run.kilobytes)")
      for (zone, free) in Self.free(machine) {
        let recorded = run.free[zone] ?? 0
        // A request passes while free pages are above the mark, so a per-CPU batch more may go, and page tables,
        // which need not keep HighMem's reserve, take some below.
        #expect(
          abs(free - recorded) <= max(recorded / 100, (63 + 16) * 4 + pageblock),
          "\(run.hugePages), \(zone): \(free) KiB free, recorded \(recorded)")
      }
    }
  }

  /// Lets a program write until it dies.
  ///
  /// - Returns: KiB of its memory when it died.
  static func fill(_ machine: inout Machine, mebibytes: UInt64) throws -> Int {
    let process = try machine.spawn(name: "hog").get()
    let idle = machine.processes[process]?.addressSpace.resident.anonymous ?? 0
    let start = try machine.mmap(length: mebibytes << 20, in: process).get()
    #expect(throws: FatalSignal.self) {
      try machine.access(start, length: mebibytes << 20, .write, in: process)
    }
    let last = machine.oomKiller.history.verdicts.last?.ranking.worst
    #expect(last?.process == process)
    return ((last?.figures.residentPages ?? 0) - idle) * 4
  }

  /// KiB free by zone in the last report.
  static func free(_ machine: Machine) -> [(String, Int)] {
    machine.log.lines.filter { $0.text.contains(" boost:") }.map { line in
      let words = line.text.replacing("Node 0 ", with: "").split(separator: " ")
      return (String(words[0]), words[1].split(separator: ":").last.flatMap { Int($0.dropLast(2)) } ?? 0)
    }
  }

  @Test(
    "with swap, within 1 %",
    arguments: [
      (MachineConfiguration.Architecture.x8664, MachineConfiguration.TransparentHugePages.never, 1_183_164),
      (.x8664, .always, 1_094_196), (.i386, .never, 1_232_000), (.i386, .always, 1_199_532),
    ])
  func swap(
    architecture: MachineConfiguration.Architecture, hugePages: MachineConfiguration.TransparentHugePages,
    recorded: Int
  ) throws {
    var machine = try Machine.recorded(architecture, hugePages: hugePages, swap: 256 << 20)
    let process = try machine.spawn(name: "hog").get()
    let start = try machine.mmap(length: 2000 << 20, in: process).get()
    #expect(throws: FatalSignal.self) { try machine.access(start, length: 2000 << 20, .write, in: process) }
    let figures = try #require(machine.oomKiller.history.verdicts.last?.ranking.worst?.figures)
    let written = (figures.residentPages + figures.swapPages) * 4
    #expect(abs(written - recorded) <= recorded / 100 + 900, "\(written)")
  }
}
