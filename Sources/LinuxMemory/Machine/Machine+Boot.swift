// Booting: the machine as it is when the first program runs.

extension Machine {
  /// When the first program runs, in microseconds after boot.
  private static let bootDuration: UInt64 = 5_700_000
  /// The last process number that kernel threads and start-up programs took.
  static let lastBootProcess: Int32 = 87

  /// Boots a machine: zones and what the kernel takes of them, init as process 1, no other process.
  ///
  /// - Throws: ``ConfigurationError`` for values that no machine can have.
  public init(configuration: MachineConfiguration) throws(ConfigurationError) {
    try self.init(configuration: configuration, work: WorkMeter())
  }

  /// Boots a machine whose work is counted.
  package init(configuration: MachineConfiguration, work: WorkMeter) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    self.work = work
    clock = Self.bootDuration
    let memory = BootedMemory(configuration: configuration)
    ledger = memory.ledger
    slab = memory.slab
    vmallocArea = memory.vmallocArea
    kernelPages = memory.kernelPages
    files = FileStore(
      highMemory: ledger.allocator.zones.first { $0.kind == .highMem && $0.isPopulated }?.start)
    splitHugePages = SplitHugePages(order: configuration.profile.pageblockOrder)
    tunables = SystemTunables(
      table: configuration.kernel.tunables(on: configuration.profile),
      minFreeKilobytes: ledger.allocator.minFreeKilobytes,
      lowmemReserveRatio: ledger.allocator.lowmemReserveRatio,
      freeKilobytes: SystemTunables.freeKilobytesAtBoot(configuration, memory.ledger.allocator),
      wordBits: configuration.profile.wordSize * 8)
    ledger.setWatermarkBoostFactor(tunables.watermarkBoostFactor)
    transparentHugePages = ledger.allocator.hasRoomForHugePages ? configuration.transparentHugePages : .never
    processes = ProcessTable(lastNumber: Self.lastBootProcess)
    startInit()
    files.mountTemporary(at: "/dev/shm", pageLimit: ledger.allocator.totalPages / 2)
    attachConfiguredDisk()
    switchOnConfiguredSwap()
  }

  /// Gives the machine the disk that it was configured with.
  private mutating func attachConfiguredDisk() {
    guard configuration.disk > 0 else { return }
    _ = files.create(
      Self.diskPath, size: configuration.disk, kind: .blockDevice, mode: 0o660, time: clock)
  }

  /// Switches the swap on that the machine was configured with, as boot does.
  private mutating func switchOnConfiguredSwap() {
    guard configuration.swap > 0 else { return }
    let size = min(configuration.swap, SimulatedFile.largestSize)
    _ = createFile(Self.swapFilePath, size: size, isSwap: true)
    _ = swapOn(Self.swapFilePath)
  }
}
