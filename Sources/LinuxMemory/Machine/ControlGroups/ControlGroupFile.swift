// The files of a control group.

/// A file in the directory of a group, by its name.
package enum ControlGroupFile: String, CaseIterable, Sendable {
  case controllers = "cgroup.controllers"
  case events = "cgroup.events"
  case freeze = "cgroup.freeze"
  case kill = "cgroup.kill"
  case maximumDepth = "cgroup.max.depth"
  case maximumDescendants = "cgroup.max.descendants"
  case pressureCounting = "cgroup.pressure"
  case processes = "cgroup.procs"
  case statistics = "cgroup.stat"
  case subtreeControl = "cgroup.subtree_control"
  case threads = "cgroup.threads"
  case type = "cgroup.type"
  case cpuPressure = "cpu.pressure"
  case cpuStatistics = "cpu.stat"
  case ioPressure = "io.pressure"
  case memoryCurrent = "memory.current"
  case memoryEvents = "memory.events"
  case memoryLocalEvents = "memory.events.local"
  case memoryHigh = "memory.high"
  case memoryLow = "memory.low"
  case memoryMaximum = "memory.max"
  case memoryMinimum = "memory.min"
  case memoryNodes = "memory.numa_stat"
  case memoryOOMGroup = "memory.oom.group"
  case memoryPeak = "memory.peak"
  case memoryPressure = "memory.pressure"
  case memoryReclaim = "memory.reclaim"
  case memoryStatistics = "memory.stat"
  case swapCurrent = "memory.swap.current"
  case swapEvents = "memory.swap.events"
  case swapHigh = "memory.swap.high"
  case swapMaximum = "memory.swap.max"
  case zswapCurrent = "memory.zswap.current"
  case zswapMaximum = "memory.zswap.max"
  case effectiveProcessors = "cpuset.cpus.effective"
  case effectiveNodes = "cpuset.mems.effective"
  case ioCostModel = "io.cost.model"
  case ioCostQuality = "io.cost.qos"
  case ioStatistics = "io.stat"
  case miscellaneousCapacity = "misc.capacity"

  /// Whether a group has the file.
  ///
  /// - Parameters:
  ///   - isRoot: whether it is the root.
  ///   - hasMemory: whether it has the memory controller.
  package func exists(isRoot: Bool, hasMemory: Bool) -> Bool {
    switch self {
    case .controllers, .maximumDepth, .maximumDescendants, .pressureCounting, .processes, .statistics,
      .subtreeControl, .threads, .cpuPressure, .cpuStatistics, .ioPressure, .memoryPressure:
      true
    case .events, .freeze, .kill, .type: !isRoot
    case .memoryNodes, .memoryReclaim, .memoryStatistics: hasMemory
    case .memoryCurrent, .memoryEvents, .memoryLocalEvents, .memoryHigh, .memoryLow, .memoryMaximum,
      .memoryMinimum, .memoryOOMGroup, .memoryPeak, .swapCurrent, .swapEvents, .swapHigh, .swapMaximum,
      .zswapCurrent, .zswapMaximum:
      !isRoot && hasMemory
    case .effectiveProcessors, .effectiveNodes, .ioCostModel, .ioCostQuality, .ioStatistics,
      .miscellaneousCapacity:
      isRoot
    }
  }

  /// Whether the file can be read.
  package var isReadable: Bool { self != .kill && self != .memoryReclaim }

  /// Whether the file can be written.
  package var isWritable: Bool {
    switch self {
    case .freeze, .kill, .maximumDepth, .maximumDescendants, .pressureCounting, .processes, .subtreeControl,
      .threads, .type, .memoryHigh, .memoryLow, .memoryMaximum, .memoryMinimum, .memoryOOMGroup,
      .memoryPressure, .memoryReclaim, .swapHigh, .swapMaximum, .zswapMaximum, .cpuPressure, .ioPressure,
      .ioCostModel, .ioCostQuality:
      true
    default: false
    }
  }

  /// Whether it tells of processors and devices, which are not simulated.
  package var isNotModelled: Bool {
    switch self {
    case .cpuPressure, .cpuStatistics, .ioPressure, .ioCostModel, .ioCostQuality, .ioStatistics,
      .miscellaneousCapacity:
      true
    default: false
    }
  }
}
