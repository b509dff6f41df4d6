// The inputs that led to a state, as a script that leads there again.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// A script that leads a new session to the present state: all inputs that changed something and were not taken back.
  ///
  /// Where an input failed or a process died, the script has commands to the shell: `.bail off`, so that it goes on, and
  /// `.step` between the inputs. Where somebody stopped an input, it is a comment: its end cannot be found again.
  public var savedScript: String {
    let needsSteps = path.contains { $0.end != .finished || $0.text.hasPrefix("set -") }
    var text = ""
    if firstConfiguration != MachineConfiguration() {
      let settings = firstConfiguration.settingTexts.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
      text += "machine \(settings)\n"
    }
    if needsSteps { text += ".bail off\n" }
    var home: String?
    for (index, input) in path.enumerated() {
      if input.process != home, !input.text.hasPrefix(".process") {
        text += ".process \(input.process ?? Session.mainName)\n"
      } else if needsSteps, index > 0 {
        text += ".step\n"
      }
      home = input.text.hasPrefix(".process") ? Self.processOperand(of: input.text) : input.process
      if input.end == .interrupted {
        text +=
          "# Somebody stopped this input; where, a script cannot tell, and without that it may not end:\n"
        text += input.text.split(separator: "\n").map { "# \($0)\n" }.joined()
        continue
      }
      text += input.text.hasSuffix("\n") ? input.text : input.text + "\n"
    }
    return text
  }

  /// How many inputs led to the present state.
  package var inputCount: Int { path.count }

  /// The name behind `.process`; nil for main.
  static func processOperand(of text: String) -> String? {
    let name = text.split(separator: " ").last.map(String.init)
    return name == Session.mainName ? nil : name
  }
}
