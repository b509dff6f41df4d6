// What help tells of beside commands: statements, functions, settings, constants and files.

import LinuxMemory
import ScriptLanguage

/// Pages about everything that is no command.
enum HelpTopics {
  /// The pages about a name, each with a newline at its end.
  static func pages(about topic: String, on machine: Machine) -> [String] {
    var pages = StatementReference.all.filter { $0.words.contains(topic) }.map {
      "  \($0.usage)\n\n\(paragraph($0.summary))"
    }
    if topic == "machine" { pages.append(settings) }
    pages += ScriptEngine.builtinFunctions.filter { $0.name == topic }.map {
      "  \($0.usage)\n\n\(paragraph($0.summary))"
    }
    pages += MachineConfiguration.settingHelp.filter { $0.key == topic }.map {
      "  machine \($0.key)=...\n\n"
        + paragraph("\($0.meaning) Values: \($0.values). Without it: \($0.preset).")
    }
    if let value = Constants.value(of: topic) ?? Constants.wordValue(of: topic, word: 8) {
      pages.append("  \(topic) = \(value.description)\n\n  A constant of C's headers.\n")
    }
    if let page = variables[topic] { pages.append(page) }
    if let page = ControlGroupFile(rawValue: topic)?.helpPage { pages.append(page) }
    if topic.hasPrefix("/"), let page = filePage(topic, machine) { pages.append(page) }
    return pages
  }

  /// A text in indented lines for a narrow terminal.
  private static func paragraph(_ text: String) -> String {
    Session.wrapped(text, at: 76).map { "  \($0)\n" }.joined()
  }

  /// All names that have pages.
  static let names: [String] =
    StatementReference.all.flatMap(\.words) + ScriptEngine.builtinFunctions.map(\.name)
    + MachineConfiguration.settingHelp.map(\.key) + Constants.names + variables.keys.sorted()
    + ControlGroupFile.allCases.filter { $0.helpPage != nil }.map(\.rawValue)

  private static let variables = [
    "status":
      "  status\n\n  How the last shell command or process block ended, as $? in a shell: 128 + n after signal n.\n",
    "errno":
      "  errno\n\n  The error of the last call that failed in the current process; errno = 0 clears it.\n",
    "panic": "  panic\n\n  The kernel's last words; empty while it runs.\n",
  ]

  /// The settings of `machine` in a table.
  private static var settings: String {
    let rows = MachineConfiguration.settingHelp.map { setting in
      "  \(setting.key.alignedLeft(9)) \(setting.meaning) \(setting.values) (\(setting.preset))\n"
    }
    return rows.joined()
  }

  private static func filePage(_ path: String, _ machine: Machine) -> String? {
    let files = ProcFileSystem(actor: machine.actor ?? ProcessID(1))
    guard let node = files.node(at: SimulatedPath.absolute(path, from: "/"), on: machine) else { return nil }
    if path.hasPrefix(ControlGroupFiles.mountPoint + "/"),
      let page = ControlGroupFile(rawValue: SimulatedPath.lastPart(path))?.helpPage
    {
      return page
    }
    guard case .file(let file, _) = node else { return "  \(path)\n\n  A directory: `ls \(path)`.\n" }
    var ways: [String] = []
    if file.read != nil { ways.append("`cat \(path)`") }
    if file.write != nil { ways.append("`echo VALUE > \(path)`") }
    let manual = path.hasPrefix("/sys") ? "sysfs(5)" : "proc(5)"
    return "  \(file.pattern)\n\n  \(ways.joined(separator: ", "))\n\n  Linux: \(manual)\n"
  }
}
