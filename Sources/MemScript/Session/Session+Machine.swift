// Booting: which machine a script runs on.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Reads the list of a `--machine` option, such as `ram=2G,swap=0`.
  ///
  /// - Throws: `ScriptError` when a part is missing or not `key=value`, and for a key that is given twice; keys and values are judged when a session is made.
  package static func machineSettings(fromOption text: String) throws(ScriptError) -> [MachineSetting] {
    do throws(ConfigurationError) {
      return try MachineConfiguration.settings(in: text).map {
        MachineSetting(key: $0.key, value: .string($0.value), span: SourceSpan(source: 0, start: 0, end: 0))
      }
    } catch {
      let isTwice = error.message.hasSuffix("twice")
      throw ScriptError(error.message, hint: isTwice ? nil : "write for example ram=2G,swap=0")
    }
  }

  /// Boots the machine that a `machine` statement describes; the old one is gone.
  func applyMachine(_ settings: [MachineSetting]) throws {
    if settings.isEmpty { return showMachine() }
    try Session.refuseRepetition(settings)
    guard blocks.isEmpty else {
      throw ScriptError("'machine' cannot stand inside a process block", hint: "a reboot ends every process")
    }
    var capture: MachineCapture?
    if let index = settings.firstIndex(where: { $0.key == Session.captureKey }) {
      guard settings.count == 1 else {
        throw ScriptError("a captured machine has its own settings: `from` stands alone", argument: index)
      }
      capture = try takeOver(settings[index].value.description)
    } else {
      do {
        let configuration = try Session.configuration(script: settings, overrides: overrides)
        try budget.charge(Session.stepsOfBoot)
        machine = try Machine(configuration: configuration, work: meter)
      } catch let error as ConfigurationError {
        let index = settings.firstIndex { $0.key == error.key }
        throw ScriptError(error.message, argument: index)
      }
    }
    attachMachine()
    staleAddresses.formUnion(engine.heldPointers.pointers.map(\.address))
    isPanicSaid = false
    bootCount += 1
    tracePoint?.isNewMachine = true
    names = ProcessNames()
    workingDirectory = "/"
    exportedVariables = ExportedVariables()
    status = 0
    startMain()
    if let capture { bindNames(of: capture) }
    // What went before belongs to a machine that is gone, and booting is told by what it came to.
    collector.begin(isFolding: traceLevel != .full)
  }

  /// Throws for a setting that is given twice.
  private static func refuseRepetition(_ settings: [MachineSetting]) throws {
    for (index, setting) in settings.enumerated() {
      guard settings[..<index].contains(where: { $0.key == setting.key }) else { continue }
      throw ScriptError("`\(setting.key)` is given twice", argument: index)
    }
  }

  /// Prints the machine's settings as `machine` reads them, and what is not said by them.
  private func showMachine() {
    let configuration = machine.configuration
    let text = configuration.settingTexts.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    emit("machine \(text)\n")
    let release = SystemIdentity(of: machine)
    let count = Array(machine.processes.live).count
    emit(
      "# Linux \(release.release), glibc \(configuration.glibc), up \(machine.clock / 1_000_000) s, "
        + "\(count) process\(count == 1 ? "" : "es")\n")
  }

  /// Warns of an address among the arguments that belongs to a machine that is gone.
  func warnAboutStaleAddresses(_ arguments: borrowing CallArguments) {
    for index in 0..<arguments.count {
      guard case .pointer(let address) = arguments[index], staleAddresses.contains(address) else { continue }
      staleAddresses.remove(address)
      warn(
        "0x\(String(address, radix: 16)) is an address of the machine that was booted away: variables keep their "
          + "values when `machine` boots another")
    }
  }

  /// What booting a machine is charged.
  private static let stepsOfBoot = 4096

  /// The machine of a script's settings, over which the host's settings win.
  static func configuration(
    script: [MachineSetting], overrides: [MachineSetting]
  ) throws(ConfigurationError) -> MachineConfiguration {
    let settings = script.filter { setting in !overrides.contains { $0.key == setting.key } } + overrides
    return try MachineConfiguration(settings: settings.map { ($0.key, $0.value.description) })
  }

  /// Throws once the machine has panicked.
  func requireRunningMachine() throws {
    guard let panic = machine.oomKiller.panic else { return }
    throw ScriptError(
      "Kernel panic - not syncing: \(panic)",
      hint:
        "the machine has halted; 'dmesg' shows its last words, 'machine ram=1G' boots anew, '.undo' takes back"
    )
  }
}
