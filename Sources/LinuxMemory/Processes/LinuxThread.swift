// A thread of a process, as the kernel has it.

/// A thread beside the main one, which is the process itself.
public struct LinuxThread: Sendable, Equatable, Codable {
  /// Its number (gettid(2)), out of those of processes.
  public let id: ProcessID
  /// By which number its C library knows it; the main thread is 0.
  package let number: Int
  /// Its name, at most 15 bytes as in `/proc/PID/task/TID/comm`.
  public internal(set) var name: String
  /// When it started, in microseconds since boot.
  public let startTime: UInt64
  /// Whether it runs; one that ended waits for whoever joins it.
  public internal(set) var isAlive = true
  /// The pages of its kernel stack.
  var kernelPages = ProcessKernelPages()
  /// The kernel's objects for it, as far as groups are charged for them.
  var objects = ObjectCharges()
}
