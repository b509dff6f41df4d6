// A session that knows every command of the catalogue.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Boots a machine and makes an interpreter for it.
  ///
  /// - Parameters:
  ///   - overrides: settings that win over the script's own `machine` statements, as of `--machine`.
  ///   - limits: what a script may use of the host.
  ///   - output: takes everything that the session says, in order; texts carry their own newlines, and one longer
  ///     than 64 KiB comes in pieces. What it throws ends the run.
  /// - Throws: `ConfigurationError` when the overrides do not describe a machine.
  public convenience init(
    machine overrides: [MachineSetting] = [], limits: ScriptLimits = ScriptLimits(),
    output: @escaping (OutputKind, String) throws -> Void
  ) throws(ConfigurationError) {
    try self.init(commands: Catalogue.all, machine: overrides, limits: limits, output: output)
  }
}
