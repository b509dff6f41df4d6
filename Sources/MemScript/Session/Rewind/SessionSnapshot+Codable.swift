// A session in other formats: saved by one program, gone on with by another.

import LinuxMemory
import ScriptLanguage

extension SessionSnapshot: Codable {
  private enum CodingKeys: String, CodingKey {
    case machine, firstConfiguration, path, variables, names, currentProcess, workingDirectory
    case exportedVariables, shellSettings, staleAddresses, homeName, status, bootCount, statementCount
    case explainedWords
  }

  /// What the format is called.
  private static let format = "memsh.session"
  /// The version of the format; another one is refused.
  public static let formatVersion = 1

  /// Reads a session.
  ///
  /// Functions are compiled from their texts when the session first runs something, so that commands of the host's can
  /// be added before.
  ///
  /// - Throws: `DecodingError` for another format or version, for damage, and for a state in which no session can be. Like
  ///   a program, a state that somebody made on purpose has to be trusted.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let header = try StateHeader(from: decoder)
    try header.requireFormat(Self.format, version: Self.formatVersion, path: decoder.codingPath)
    machine = try values.decode(Machine.self, forKey: .machine)
    firstConfiguration = try values.decode(MachineConfiguration.self, forKey: .firstConfiguration)
    path = try values.decode(InputPath.self, forKey: .path)
    variables = try values.decode(ScriptEngine.Snapshot.self, forKey: .variables)
    names = try values.decode(ProcessNames.self, forKey: .names)
    currentProcess = try values.decode(ProcessID.self, forKey: .currentProcess)
    workingDirectory = try values.decode(String.self, forKey: .workingDirectory)
    exportedVariables = try values.decode(ExportedVariables.self, forKey: .exportedVariables)
    shellSettings = try values.decode(ShellSettings.self, forKey: .shellSettings)
    staleAddresses = Set(try values.decode([UInt64].self, forKey: .staleAddresses))
    homeName = try values.decodeIfPresent(String.self, forKey: .homeName)
    status = try values.decode(Int32.self, forKey: .status)
    bootCount = try values.decode(Int.self, forKey: .bootCount)
    statementCount = try values.decode(Int.self, forKey: .statementCount)
    explainedWords = Set(try values.decode([String].self, forKey: .explainedWords))
    byteCount = machine.stateByteCount + variables.byteCount
    try header.requireChecksum(of: State(snapshot: self), path: decoder.codingPath)
    guard workingDirectory.hasPrefix("/"), (0...255).contains(status), statementCount >= 0, bootCount >= 0
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .status, in: values, debugDescription: "this is the state of no session")
    }
  }

  /// Writes the session; with a `JSONEncoder` of sorted keys the same state has the same bytes.
  ///
  /// - Throws: `EncodingError` when a variable holds an object of the host's.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try StateHeader(Self.format, version: Self.formatVersion, of: State(snapshot: self)).encode(to: encoder)
    try values.encode(machine, forKey: .machine)
    try encodeState(to: &values)
  }

  private func encodeState(to values: inout KeyedEncodingContainer<CodingKeys>) throws {
    try values.encode(firstConfiguration, forKey: .firstConfiguration)
    try values.encode(path, forKey: .path)
    try values.encode(variables, forKey: .variables)
    try values.encode(names, forKey: .names)
    try values.encode(currentProcess, forKey: .currentProcess)
    try values.encode(workingDirectory, forKey: .workingDirectory)
    try values.encode(exportedVariables, forKey: .exportedVariables)
    try values.encode(shellSettings, forKey: .shellSettings)
    try values.encode(staleAddresses.sorted(), forKey: .staleAddresses)
    try values.encodeIfPresent(homeName, forKey: .homeName)
    try values.encode(status, forKey: .status)
    try values.encode(bootCount, forKey: .bootCount)
    try values.encode(statementCount, forKey: .statementCount)
    try values.encode(explainedWords.sorted(), forKey: .explainedWords)
  }

  /// What the checksum is of: all but the machine, which has its own.
  private struct State: Encodable {
    var snapshot: SessionSnapshot

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try snapshot.encodeState(to: &values)
    }
  }
}
