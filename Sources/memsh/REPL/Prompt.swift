// The prompt: what is not as usual shows in it.

import MemScript
import ScriptLanguage

/// The text before each input.
struct Prompt {
  let session: Session

  /// What an input begins with: `memsh> `, and in front of the sign the machine, the process, the branch, whether main
  /// is dead, and what the trace tells, as far as these are not what every session begins with.
  var text: String {
    var text = "memsh"
    let machine = machineWords
    if !machine.isEmpty { text += " " + machine.joined(separator: " ") }
    if let home = session.homeName { text += ":" + home }
    if session.branchName != "trunk" { text += "@" + session.branchName }
    if session.machine.isHalted {
      text += " (panic)"
    } else if !session.machine.isAlive(session.currentProcess) {
      text += " (\(session.homeName ?? "main") is dead)"
    }
    if !session.isTracing {
      text += " (trace off)"
    } else if session.traceLevel != .brief {
      text += " (\(session.traceLevel.rawValue))"
    }
    return text + "> "
  }

  /// What an input goes on with: what is still open, and a sign under the prompt's.
  func continuation(of script: ParsedScript) -> String {
    let word = String(script.openWord?.prefix(12) ?? "")
    let width = min(text.count, 24) - "...> ".count
    return String(repeating: " ", count: max(width - word.count - 1, 0)) + (word.isEmpty ? word : word + " ")
      + "...> "
  }

  /// The settings of the machine that are not the usual ones.
  private var machineWords: [String] {
    let usual = MachineConfiguration().settingTexts
    return session.machine.configuration.settingTexts.filter { setting in
      !usual.contains { $0.key == setting.key && $0.value == setting.value }
    }.prefix(2).map { setting in
      switch setting.key {
      case "ram", "arch": setting.value
      case "cpus": "\(setting.value) CPUs"
      case "kernel": "Linux \(setting.value)"
      default: "\(setting.key)=\(setting.value)"
      }
    }
  }
}
