// What bash's ulimit shows of each limit.

import LinuxMemory

/// One limit as bash's builtin ulimit knows it.
struct UlimitEntry: Sendable {
  /// The option's letter.
  let letter: Character
  /// What bash calls it, and the unit in brackets, empty for none.
  let name: String, unit: String
  /// The resource; nil for the size of a pipe, which cannot be set.
  let resource: Resource?
  /// Bytes or other units of the kernel for each unit shown.
  let scale: UInt64

  /// The line of `ulimit -a`.
  func line(_ value: String) -> String {
    let tag = unit.isEmpty ? "(-\(letter))" : "(\(unit), -\(letter))"
    return name.alignedLeft(20) + " " + "\(tag) ".alignedRight(20) + "\(value)\n"
  }

  /// All limits in bash's order.
  static let all: [UlimitEntry] = [
    UlimitEntry("R", "real-time non-blocking time", "microseconds", .realTimeTimeout),
    UlimitEntry("c", "core file size", "blocks", .coreFileSize, scale: 1024),
    UlimitEntry("d", "data seg size", "kbytes", .data, scale: 1024),
    UlimitEntry("e", "scheduling priority", "", .nicePriority),
    UlimitEntry("f", "file size", "blocks", .fileSize, scale: 1024),
    UlimitEntry("i", "pending signals", "", .pendingSignals),
    UlimitEntry("l", "max locked memory", "kbytes", .lockedMemory, scale: 1024),
    UlimitEntry("m", "max memory size", "kbytes", .residentSet, scale: 1024),
    UlimitEntry("n", "open files", "", .openFiles),
    UlimitEntry("p", "pipe size", "512 bytes", nil),
    UlimitEntry("q", "POSIX message queues", "bytes", .messageQueueSize),
    UlimitEntry("r", "real-time priority", "", .realTimePriority),
    UlimitEntry("s", "stack size", "kbytes", .stack, scale: 1024),
    UlimitEntry("t", "cpu time", "seconds", .processorTime),
    UlimitEntry("u", "max user processes", "", .processes),
    UlimitEntry("v", "virtual memory", "kbytes", .addressSpace, scale: 1024),
    UlimitEntry("x", "file locks", "", .fileLocks),
  ]

  private init(_ letter: Character, _ name: String, _ unit: String, _ resource: Resource?, scale: UInt64 = 1)
  {
    self.letter = letter
    self.name = name
    self.unit = unit
    self.resource = resource
    self.scale = scale
  }
}
