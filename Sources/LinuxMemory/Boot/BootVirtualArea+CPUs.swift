// The areas that a kernel has mapped at the first shell prompt of a machine with several CPUs.

extension BootVirtualArea {
  /// The areas of a machine; with one CPU they are those recorded.
  static func all(_ configuration: MachineConfiguration, start: UInt64, end: UInt64) -> [BootVirtualArea] {
    let recorded = configuration.build.virtualAreas.areas
    guard configuration.cpus > 1 else { return recorded }
    guard configuration.profile.hasMappedStacks else {
      return areasOfBuffers(recorded, cpus: configuration.cpus)
    }
    var plan = Plan(start: start, end: end)
    addAreas(configuration, to: &plan)
    return plan.areas
  }

  /// Each CPU compresses with buffers of its own; those of a first, short use lay before them.
  private static func areasOfBuffers(_ recorded: [BootVirtualArea], cpus: Int) -> [BootVirtualArea] {
    let pair: UInt64 = 2 * 135_168
    let further = UInt64(cpus - 1)
    return recorded.flatMap { area -> [BootVirtualArea] in
      if area.caller.hasPrefix("crypto") {
        return (0..<UInt64(cpus)).map { area.moved(by: pair * (further + $0)) }
      }
      return [area.caller.hasPrefix("n_tty") ? area.moved(by: 2 * pair * further) : area]
    }.sorted { $0.start < $1.start }
  }

  private func moved(by distance: UInt64) -> BootVirtualArea {
    BootVirtualArea(
      start + distance, size, caller, kind, pages: pages, physical: physical,
      hasMappedArray: hasMappedArray)
  }

  /// The order of events: devices, threads of the first CPU, the other CPUs with their threads, drivers.
  private static func addAreas(_ configuration: MachineConfiguration, to plan: inout Plan) {
    let cpus = configuration.cpus
    let recorded = configuration.build.virtualAreas.areas
    // What boot maps before the other CPUs start is as with one CPU.
    let first = (recorded.firstIndex { $0.caller.hasPrefix("memremap") } ?? -1) + 1
    let fixed = recorded.firstIndex { $0.caller.hasPrefix("pcpu_get_vm_areas") } ?? recorded.count
    for area in recorded[..<first] { plan.add(area) }
    var threads = 48 + 15 * (cpus - 1) / 2 - plan.areas.count { $0.caller == Caller.fork.rawValue }
    func fork(_ count: Int) {
      for _ in 0..<Swift.min(count, threads) { plan.addStack(Caller.fork.rawValue) }
      threads -= Swift.min(count, threads)
    }
    fork(11)
    for _ in 1..<cpus { plan.addStack(Caller.forkIdle.rawValue) }
    fork(1)
    for _ in 1..<cpus {
      fork(5)
      plan.add(Caller.interruptStack.rawValue, pages: 4, kind: .vmap)
    }
    fork(threads - 15)
    addChunk(unit: PerCPULayout(configuration).size / 4096, to: &plan)
    fork(12)
    // The buffers of a first, short use lay before those that stay.
    plan.skip(UInt64(cpus) * 2 * 135_168)
    for _ in 0..<cpus {
      plan.add(Caller.compressor.rawValue, pages: 32)
      plan.add(Caller.decompressor.rawValue, pages: 32)
    }
    fork(threads)
    plan.skip(3 << 20)
    plan.add(Caller.terminal.rawValue, pages: 3)
    for area in recorded[fixed...] { plan.add(area) }
  }

  /// The bookkeeping of the second chunk of per-CPU memory: for each 4 bytes of a unit a bit that it is
  /// taken, a bit that an allocation begins there, and the memory cgroup that pays; 32 bytes for each page
  /// (`pcpu_alloc_chunk`, mm/percpu.c).
  private static func addChunk(unit pages: Int, to plan: inout Plan) {
    let bits = pages * 1024
    let parts: [(Caller, bytes: Int)] = [
      (.chunkMap, bits / 8), (.chunkBounds, bits / 8 + 8), (.chunkBlocks, pages * 32),
      (.chunkOwners, bits * 8),
    ]
    // What fits into a page comes from kmalloc.
    for (caller, bytes) in parts where bytes > 4096 {
      plan.add(caller.rawValue, pages: (bytes + 4095) / 4096)
    }
  }

  /// Areas at the lowest addresses that fit, in order.
  private struct Plan {
    private(set) var areas: [BootVirtualArea] = []
    private var addresses: VmallocArea
    private let start: UInt64

    init(start: UInt64, end: UInt64) {
      self.start = start
      addresses = VmallocArea(start: start, end: end, cpus: 1)
    }

    /// Adds an area where it was recorded.
    mutating func add(_ area: BootVirtualArea) {
      _ = addresses.reserve(at: area.start..<area.start + area.size)
      areas.append(area)
    }

    mutating func add(
      _ caller: String, pages: Int, alignment: UInt64 = 4096, kind: VirtualArea.Kind = .vmalloc
    ) {
      let size = UInt64(pages + 1) << 12
      guard let address = addresses.reserve(size, alignment: alignment) else { return }
      areas.append(
        BootVirtualArea(address, size, caller, kind, pages: kind == .vmap ? 0 : pages))
    }

    /// Adds a kernel stack of 16 KiB.
    mutating func addStack(_ caller: String) { add(caller, pages: 4, alignment: 16 << 10) }

    /// Leaves a hole where something lay for a while.
    mutating func skip(_ bytes: UInt64) { _ = addresses.reserve(bytes, alignment: 4096) }
  }
}
