// A session that knows every command of the catalogue.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Boots a machine and makes an interpreter for it.
  ///
  /// - Parameters:
  ///   - configuration: the machine that scripts begin with; a `machine` statement boots another one.
  ///   - limits: what a script may use of the host.
  ///   - output: takes everything that the session says, in order; texts carry their own newlines, and one longer
  ///     than 64 KiB comes in pieces. What it throws ends the run. By default nobody listens.
  /// - Throws: `ConfigurationError` for a configuration that no machine can have.
  public convenience init(
    machine configuration: MachineConfiguration = MachineConfiguration(),
    limits: ScriptLimits = ScriptLimits(),
    output: @escaping (OutputKind, String) throws -> Void = { _, _ in }
  ) throws(ConfigurationError) {
    try self.init(
      commands: Catalogue.bound, machine: configuration, overrides: [], limits: limits, output: output)
  }

  /// Makes a session in the state of another one: its machine, its variables and functions, the names of its processes.
  ///
  /// The two do not know of each other from then on, and may run at the same time. Commands that a host added to the
  /// other one have to be added to this one, too, before its functions can use them.
  ///
  /// - Parameters:
  ///   - snapshot: the state.
  ///   - limits: what a script may use of the host.
  ///   - output: takes everything that the session says, as for a new one.
  public convenience init(
    from snapshot: SessionSnapshot, limits: ScriptLimits = ScriptLimits(),
    output: @escaping (OutputKind, String) throws -> Void = { _, _ in }
  ) {
    self.init(
      commands: Catalogue.bound, machine: snapshot.machine, first: snapshot.firstConfiguration, overrides: [],
      limits: limits, output: output)
    restore(snapshot)
    continueCounts(of: snapshot)
  }

  /// Boots a machine of which some settings stay whatever a script says.
  ///
  /// - Parameters:
  ///   - overrides: settings that win over the script's own `machine` statements, as of `--machine`.
  ///   - limits: what a script may use of the host.
  ///   - output: takes everything that the session says, in order; texts carry their own newlines, and one longer
  ///     than 64 KiB comes in pieces. What it throws ends the run.
  /// - Throws: `ConfigurationError` when the overrides do not describe a machine.
  package convenience init(
    machine overrides: [MachineSetting], limits: ScriptLimits = ScriptLimits(),
    output: @escaping (OutputKind, String) throws -> Void
  ) throws(ConfigurationError) {
    try self.init(
      commands: Catalogue.bound, machine: try Session.configuration(script: [], overrides: overrides),
      overrides: overrides, limits: limits, output: output)
  }
}
