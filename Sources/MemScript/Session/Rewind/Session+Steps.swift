// The steps of a session by number, and what each one changed.

import LinuxMemory
import ScriptLanguage

/// One step as `.history` shows it.
package struct SessionStep: Sendable, Equatable {
  /// The first line of the input.
  package var title: String
  /// What it changed, in a line; empty when only what is not shown did.
  package var changes: String
}

extension Session {
  /// The numbers of the steps whose states are kept; the first step of a branch has the number 1.
  package var stepNumbers: Range<Int> {
    let first = timeline.line.forgotten + 1
    return first..<first + timeline.line.past.count
  }

  /// The state behind a step of this branch; 0 is the beginning.
  ///
  /// - Returns: nil when it is not kept.
  package func state(afterStep number: Int) -> SessionSnapshot? {
    if number == stepNumbers.upperBound - 1 { return snapshot() }
    let index = number - timeline.line.forgotten
    return timeline.line.past.indices.contains(index) ? timeline.line.past[index].before : nil
  }

  /// The state in which a branch was left; of the present one, the state now.
  package func branch(_ name: String) -> SessionSnapshot? {
    name == timeline.branch ? snapshot() : timeline.branches[name]?.state
  }

  /// A step and what it changed; nil when its states are not kept.
  package func step(_ number: Int) -> SessionStep? {
    guard stepNumbers.contains(number), let before = state(afterStep: number - 1),
      let after = state(afterStep: number)
    else { return nil }
    let title = timeline.line.past[number - stepNumbers.lowerBound].title
    return SessionStep(title: title, changes: after.summary(since: before))
  }

  /// A line broken at the width of a terminal.
  ///
  /// - Parameters:
  ///   - line: one line without its newline.
  ///   - width: how many columns there are.
  ///   - hanging: by how much the lines behind the first are indented.
  /// - Returns: the lines, each with its newline.
  package static func wrapped(_ line: String, width: Int, hanging: Int) -> String {
    TextWrap.lines(line, width: width, hanging: hanging)
  }
}

extension SessionSnapshot {
  /// The variables that are new, gone, or have other values.
  package func changedVariables(since earlier: SessionSnapshot) -> [String] {
    variables.changedGlobals(since: earlier.variables)
  }

  /// What changed since an earlier state, in a line.
  func summary(since earlier: SessionSnapshot) -> String {
    var parts: [String] = []
    if earlier.machine.configuration != machine.configuration || earlier.machine.clock > machine.clock {
      parts.append("another machine")
    } else {
      parts = processSummary(since: earlier)
      if machine.oomKiller.panic != nil, earlier.machine.oomKiller.panic == nil {
        parts.append("kernel panic")
      }
      let (old, new) = (earlier.machine.freeBytes, machine.freeBytes)
      if old != new { parts.append("free RAM \(byteChangeText(from: old, to: new))") }
    }
    let names = changedVariables(since: earlier)
    if !names.isEmpty {
      let shown = names.prefix(4).joined(separator: ", ")
      parts.append("\(shown)\(names.count > 4 ? ", ..." : "") set")
    }
    if homeName != earlier.homeName { parts.append("inputs act as \(homeName ?? Session.mainName)") }
    if workingDirectory != earlier.workingDirectory { parts.append("in \(workingDirectory)") }
    return parts.joined(separator: "; ")
  }

  private func processSummary(since earlier: SessionSnapshot) -> [String] {
    var parts: [String] = []
    for process in machine.processes.live {
      guard let old = earlier.machine.processes[process.id], old.isAlive, old.startTime == process.startTime
      else {
        parts.append("\(process.name) started")
        continue
      }
      var sizes: [String] = []
      if old.virtualBytes != process.virtualBytes {
        sizes.append("VSS \(byteChangeText(from: old.virtualBytes, to: process.virtualBytes))")
      }
      if old.residentBytes != process.residentBytes {
        sizes.append("RSS \(byteChangeText(from: old.residentBytes, to: process.residentBytes))")
      }
      if !sizes.isEmpty { parts.append("\(process.name) \(sizes.joined(separator: ", "))") }
    }
    for process in earlier.machine.processes.live where !machine.isAlive(process.id) {
      let end = machine.processes.exitStatus(of: process.id)
      if case .killed(let signal)? = end {
        parts.append("\(process.name) killed by SIG\(SignalText.name(of: signal) ?? "\(signal)")")
      } else {
        parts.append("\(process.name) ended")
      }
    }
    if parts.count > 5 { parts = parts.prefix(4) + ["\(parts.count - 4) more processes"] }
    return parts
  }
}
