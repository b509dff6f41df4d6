// The limits of a process as /proc/PID/limits lists them.

import KernelText
import LinuxMemory

/// Names and units of the limits (fs/proc/base.c).
enum ProcessLimitsText {
  /// The content of `/proc/PID/limits`.
  static func text(_ limits: ResourceLimits) -> String {
    ProcessLimits(
      limits: Resource.allCases.map { resource in
        let limit = limits[resource]
        let entry = description(of: resource)
        return .init(name: entry.name, soft: finite(limit.soft), hard: finite(limit.hard), unit: entry.unit)
      }
    ).text
  }

  private static func finite(_ value: UInt64) -> UInt64? { value == ResourceLimit.unlimited ? nil : value }

  private static func description(of resource: Resource) -> (name: String, unit: String?) {
    switch resource {
    case .processorTime: ("Max cpu time", "seconds")
    case .fileSize: ("Max file size", "bytes")
    case .data: ("Max data size", "bytes")
    case .stack: ("Max stack size", "bytes")
    case .coreFileSize: ("Max core file size", "bytes")
    case .residentSet: ("Max resident set", "bytes")
    case .processes: ("Max processes", "processes")
    case .openFiles: ("Max open files", "files")
    case .lockedMemory: ("Max locked memory", "bytes")
    case .addressSpace: ("Max address space", "bytes")
    case .fileLocks: ("Max file locks", "locks")
    case .pendingSignals: ("Max pending signals", "signals")
    case .messageQueueSize: ("Max msgqueue size", "bytes")
    case .nicePriority: ("Max nice priority", nil)
    case .realTimePriority: ("Max realtime priority", nil)
    case .realTimeTimeout: ("Max realtime timeout", "us")
    }
  }
}
