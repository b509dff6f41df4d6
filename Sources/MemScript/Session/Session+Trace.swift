// What a statement did, layer by layer, and what it changed.

import LinuxMemory
import ScriptLanguage

/// The figures of a machine before a traced statement.
struct TracePoint {
  /// A process's sizes in bytes.
  struct Sizes: Equatable {
    let virtual: UInt64
    let resident: UInt64
  }

  let sizes: [ProcessID: Sizes]
  let freeBytes: UInt64

  init(of machine: Machine) {
    var sizes: [ProcessID: Sizes] = [:]
    for process in machine.processes.live { sizes[process.id] = Sizes(of: process) }
    self.sizes = sizes
    freeBytes = machine.freeBytes
  }
}

extension TracePoint.Sizes {
  init(of process: Process) {
    virtual = process.virtualBytes
    resident = process.residentBytes
  }
}

extension Session {
  /// How many lines one statement may say before the rest is only counted.
  private static let traceLineLimit = 24

  /// Notes the figures before a traced statement.
  public func statementWillRun(_ text: Substring, line: Int) {
    statementCount &+= 1
    machine.events.statement = statementCount
    guard isTracing else { return }
    _ = recorder.drain()
    tracePoint = TracePoint(of: machine)
  }

  /// Says what the statement did and changed; nothing when it touched no memory.
  public func statementDidRun() {
    afterStatement?(self)
    guard isTracing, let before = tracePoint else { return }
    tracePoint = nil
    let dropped = recorder.droppedCount
    let lines = Session.summary(of: recorder.drain().map(\.event))
    for line in lines.prefix(Session.traceLineLimit) { output(.trace, line.text) }
    let unsaid = max(0, lines.count - Session.traceLineLimit) + dropped
    if unsaid > 0 { output(.trace, "  …       and \(unsaid) more\n") }
    reportChanges(since: before)
  }

  /// Each process whose sizes changed, in PID order, and the free RAM behind the last.
  private func reportChanges(since before: TracePoint) {
    var changes: [String] = []
    for process in machine.processes.live {
      let now = TracePoint.Sizes(of: process)
      let old = before.sizes[process.id] ?? TracePoint.Sizes(virtual: 0, resident: 0)
      guard now != old else { continue }
      let name = process.name + String(repeating: " ", count: max(1, 8 - process.name.count))
      changes.append(
        "  \(name)VSS \(byteChangeText(from: old.virtual, to: now.virtual)) → \(byteCountText(now.virtual))"
          + "   RSS \(byteChangeText(from: old.resident, to: now.resident)) → \(byteCountText(now.resident))")
    }
    let free = machine.freeBytes
    if changes.isEmpty {
      guard free != before.freeBytes else { return }
      changes = [
        "  machine free RAM \(byteChangeText(from: before.freeBytes, to: free)) → "
          + "\(byteCountText(free))"
      ]
    } else {
      changes[changes.count - 1] += "   free RAM \(byteCountText(free))"
    }
    for line in changes { output(.trace, line + "\n") }
  }

  /// Lines in the order of first appearance, those of the same kind added up.
  private static func summary(of events: [Event]) -> [TraceLine] {
    var lines: [TraceLine] = []
    for event in events {
      let line = event.traceLine
      // glibc tells of a system call when it has returned; the reader wants to know who called first.
      if case .glibc(let step) = event, let call = step.systemCall,
        let place = lines.suffix(4).lastIndex(where: { $0.layer == call }), !lines[place].isSummed
      {
        lines.insert(line, at: place)
        continue
      }
      // Looking back a few lines adds a loop's alternating events up at a bounded cost.
      let recent = max(0, lines.count - 16)..<lines.count
      if let same = recent.first(where: { lines[$0].isSameKind(as: line) }) {
        lines[same].absorb(line)
      } else {
        lines.append(line)
      }
    }
    return lines
  }
}
