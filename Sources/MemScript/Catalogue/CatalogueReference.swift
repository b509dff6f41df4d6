// The references that are generated from what the program knows.

import LinuxMemory
import ScriptLanguage

/// The texts of `Grammar/commands.md` and `Grammar/reference.md`.
package enum CatalogueReference {
  /// The whole file in Markdown; a test compares it with the one in the project.
  package static var markdown: String {
    var text = "# Commands\n\nGenerated from the command catalogue: do not edit by hand.\n"
    for layer in CatalogueEntry.Layer.allCases {
      let entries = Catalogue.all.filter { $0.layer == layer }
      guard !entries.isEmpty else { continue }
      text += "\n## \(layer.rawValue)\n"
      for entry in entries {
        text += "\n### `\(entry.synopsis)`\n\n\(entry.summary)"
        if !entry.details.isEmpty { text += " \(entry.details)" }
        text += entry.source.isEmpty ? "\n" : " Linux: \(entry.source).\n"
      }
    }
    return text
  }

  /// Everything beside the commands: statements, functions, settings of the machine, constants, files and exit codes.
  package static var languageMarkdown: String {
    var text = "# Reference\n\nGenerated from what the program knows: do not edit by hand. Commands are in "
    text += "[commands.md](commands.md).\n\n## Statements\n\n| written | what it does |\n| --- | --- |\n"
    for statement in StatementReference.all {
      text += "| \(code(statement.usage)) | \(cell(statement.summary)) |\n"
    }
    text += "\n## Functions of the language\n\n| written | what it does |\n| --- | --- |\n"
    for function in ScriptEngine.builtinFunctions {
      text += "| \(code(function.usage)) | \(cell(function.summary)) |\n"
    }
    text += "\n## Settings of `machine` and `--machine`\n\n| key | values | without it | meaning |\n"
    text += "| --- | --- | --- | --- |\n"
    for setting in MachineConfiguration.settingHelp {
      text +=
        "| `\(setting.key)` | \(cell(setting.values)) | `\(setting.preset)` | \(cell(setting.meaning)) |\n"
    }
    text +=
      "\n## Values that the commands keep\n\n`status` (the shell's `$?`), `errno` of the current process, `panic` (the "
    text += "kernel's last words), and the PID of each process under its name.\n\n## Constants\n\n"
    text += HelpReference.constants
    text +=
      "\n## Files of /proc and /sys\n\n`PID` is a process or `self`, `NAME` a slab cache. (w) can be written.\n\n"
    text += HelpReference.files
    text += "\n## Exit status of memsh\n\n| status | when |\n| --- | --- |\n"
    for (status, meaning) in HelpReference.exitCodes { text += "| \(status) | \(meaning) |\n" }
    return text
  }

  private static func cell(_ text: String) -> String {
    String(text.flatMap { $0 == "|" ? Array("\\|") : [$0] })
  }

  private static func code(_ text: String) -> String { "`\(cell(text))`" }
}
