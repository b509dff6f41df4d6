// What a look at a session's state needs: which process is meant, dead ones too, and what the variables point to.

import LinuxMemory
import ScriptLanguage

/// A process that is looked at.
struct LookedAtProcess {
  /// The process, or what is kept of it.
  let process: LinuxProcess
  /// Whether it is dead: then this is how it was when a signal ended it.
  let isDead: Bool
}

extension Session {
  /// The process that a word means: a number, or the name of a process of the script; the acting one without a word.
  /// Of one that a signal ended, how it was then.
  func lookedAt(_ word: String? = nil) -> LookedAtProcess? {
    var id = currentProcess
    if let word {
      guard let found = Int32(word).map(ProcessID.init) ?? names.identifier(of: word) else { return nil }
      id = found
    }
    if let process = machine.process(id), process.isAlive {
      return LookedAtProcess(process: process, isDead: false)
    }
    return machine.processes.remains(of: id).map { LookedAtProcess(process: $0, isDead: true) }
  }

  /// What `/proc/PID/status` says of a process's memory, of one that a signal ended as it was then; nil when it is not known.
  package func statusText(of word: String?) -> String? {
    lookedAt(word).map { found in
      let text = StatusText(process: found.process, configuration: machine.configuration).text
      let lines = text.split(separator: "\n").filter { line in
        ["Name:", "State:", "Pid:", "PPid:", "Vm", "Rss", "HugetlbPages:", "Threads:"].contains {
          line.hasPrefix($0)
        }
      }
      return (found.isDead ? "as it was when it died:\n" : "") + lines.joined(separator: "\n") + "\n"
    }
  }

  /// The explanation of a kill, as wide as somebody reads it on a terminal.
  func fitOOM(_ text: String) -> String { lineWidth.map { OOMTextFitting.fitted(text, width: $0) } ?? text }

  /// A line with its newline, broken where somebody reads on a terminal.
  func fit(_ line: String) -> String {
    lineWidth.map { TextWrap.lines(line, width: $0, hanging: 4) } ?? line + "\n"
  }

  /// The pointers that the script's variables hold, among the addresses of any process.
  var scriptPointers: ScriptPointers {
    let held = engine.heldPointers
    return ScriptPointers(
      held.pointers.map { PointerLabel(name: $0.name, address: $0.address) }, isComplete: held.isComplete)
  }
}
