// Everything that an input can change, as one value.

import LinuxMemory
import ScriptLanguage

/// A session at one moment: the machine, the script's variables and functions, and the shell's own state.
///
/// It shares what did not change with its neighbours, so that thousands can be kept.
public struct SessionSnapshot: Sendable {
  /// The machine, which tells nobody what happens on it.
  public let machine: Machine
  /// What was booted first.
  let firstConfiguration: MachineConfiguration
  /// The inputs that led here.
  let path: InputPath
  let variables: ScriptEngine.Snapshot
  let names: ProcessNames
  let currentProcess: ProcessID
  let workingDirectory: String
  let exportedVariables: ExportedVariables
  let shellSettings: ShellSettings
  let staleAddresses: Set<UInt64>
  let homeName: String?
  let status: Int32
  /// How many machines were booted and how many statements had begun, and what the trace has explained.
  let bootCount: Int
  let statementCount: Int
  let explainedWords: Set<String>
  /// About how many bytes it takes, with what it shares with its neighbours.
  let byteCount: Int

  /// Whether nothing happened between the two but looking: the status of the last command does not count.
  func isSameState(as other: SessionSnapshot) -> Bool {
    currentProcess == other.currentProcess && homeName == other.homeName
      && workingDirectory == other.workingDirectory
      && names == other.names && shellSettings == other.shellSettings
      && exportedVariables == other.exportedVariables && variables.isSameState(as: other.variables)
      && machine == other.machine
  }
}
