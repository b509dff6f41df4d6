// A machine in other formats: its whole state, but not who counts its work and hears of its events.

extension Machine: Codable {
  private enum CodingKeys: String, CodingKey {
    case configuration, clock, ledger, pageLists, reclaim, pageEvents, compaction, files, swapCache
    case oomKiller, endingCount, log, slab, vmallocArea, kernelPages, swap, commit, tunables,
      transparentHugePages
    case controlGroups, pressure, stuckProcess
    case processes, sharedFrames, splitHugePages, sharedMemory, hugeZeroPage, hugePageCollector, actor
  }

  /// What the format is called.
  private static let format = "memsh.machine"
  /// The version of the format; another one is refused.
  public static let formatVersion = 3

  /// Reads a machine.
  ///
  /// - Throws: `DecodingError` for another format or version, for damage, and for a state in which no machine can be. Like
  ///   a program, a state that somebody made on purpose has to be trusted.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let header = try StateHeader(from: decoder)
    try header.requireFormat(Self.format, version: Self.formatVersion, path: decoder.codingPath)
    func read<Value: Decodable>(_ key: CodingKeys) throws -> Value {
      try values.decode(Value.self, forKey: key)
    }
    configuration = try read(.configuration)
    do {
      try configuration.validate()
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .configuration, in: values, debugDescription: error.message)
    }
    clock = try read(.clock)
    ledger = try read(.ledger)
    pageLists = try read(.pageLists)
    reclaim = try read(.reclaim)
    pageEvents = try read(.pageEvents)
    compaction = try read(.compaction)
    files = try read(.files)
    swapCache = try read(.swapCache)
    oomKiller = try read(.oomKiller)
    endingCount = try read(.endingCount)
    log = try read(.log)
    slab = try read(.slab)
    vmallocArea = try read(.vmallocArea)
    kernelPages = try read(.kernelPages)
    swap = try read(.swap)
    commit = try read(.commit)
    tunables = try read(.tunables)
    transparentHugePages = try read(.transparentHugePages)
    controlGroups = try read(.controlGroups)
    pressure = try read(.pressure)
    stuckProcess = try values.decodeIfPresent(StuckProcess.self, forKey: .stuckProcess)
    processes = try read(.processes)
    sharedFrames = try read(.sharedFrames)
    splitHugePages = try read(.splitHugePages)
    sharedMemory = try read(.sharedMemory)
    hugePageCollector = try read(.hugePageCollector)
    hugeZeroPage = try values.decodeIfPresent(FrameNumber.self, forKey: .hugeZeroPage)
    actor = try values.decodeIfPresent(ProcessID.self, forKey: .actor)
    work = WorkMeter()
    tunables.table = configuration.kernel.tunables(on: configuration.profile)
    try header.requireChecksum(of: State(machine: self), path: decoder.codingPath)
    if let violation = invariantViolations().first {
      throw DecodingError.dataCorruptedError(
        forKey: .processes, in: values, debugDescription: "this is the state of no machine: \(violation)")
    }
  }

  /// Writes a machine.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try StateHeader(Self.format, version: Self.formatVersion, of: State(machine: self)).encode(to: encoder)
    try encodeState(to: &values)
  }

  private func encodeState(to values: inout KeyedEncodingContainer<CodingKeys>) throws {
    try values.encode(configuration, forKey: .configuration)
    try values.encode(clock, forKey: .clock)
    try values.encode(ledger, forKey: .ledger)
    try values.encode(pageLists, forKey: .pageLists)
    try values.encode(reclaim, forKey: .reclaim)
    try values.encode(pageEvents, forKey: .pageEvents)
    try values.encode(compaction, forKey: .compaction)
    try values.encode(files, forKey: .files)
    try values.encode(swapCache, forKey: .swapCache)
    try values.encode(oomKiller, forKey: .oomKiller)
    try values.encode(endingCount, forKey: .endingCount)
    try values.encode(log, forKey: .log)
    try values.encode(slab, forKey: .slab)
    try values.encode(vmallocArea, forKey: .vmallocArea)
    try values.encode(kernelPages, forKey: .kernelPages)
    try values.encode(swap, forKey: .swap)
    try values.encode(commit, forKey: .commit)
    try values.encode(tunables, forKey: .tunables)
    try values.encode(transparentHugePages, forKey: .transparentHugePages)
    try values.encode(controlGroups, forKey: .controlGroups)
    try values.encode(pressure, forKey: .pressure)
    try values.encodeIfPresent(stuckProcess, forKey: .stuckProcess)
    try values.encode(processes, forKey: .processes)
    try values.encode(sharedFrames, forKey: .sharedFrames)
    try values.encode(splitHugePages, forKey: .splitHugePages)
    try values.encode(sharedMemory, forKey: .sharedMemory)
    try values.encode(hugePageCollector, forKey: .hugePageCollector)
    try values.encodeIfPresent(hugeZeroPage, forKey: .hugeZeroPage)
    try values.encodeIfPresent(actor, forKey: .actor)
  }

  /// What the checksum is of.
  private struct State: Encodable {
    var machine: Machine

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try machine.encodeState(to: &values)
    }
  }
}
