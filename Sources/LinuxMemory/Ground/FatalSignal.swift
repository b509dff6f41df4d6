// The end of a process by a signal, as it travels out of the call in which it happened.

/// Thrown out of a call when the process that made it was killed in it (SIGKILL by the OOM killer,
/// SIGSEGV, SIGBUS, SIGABRT). The machine's state already reflects the death.
public struct FatalSignal: Error, Equatable, Sendable {
  /// The process that is gone.
  public var process: ProcessID
  /// The signal's number: 6, 7, 9, 11 (signal(7)).
  public var signal: Int32
  /// What the process wrote to standard error before it died (glibc's abort text), without a newline.
  public var message: String?

  /// Makes a fatal signal.
  public init(process: ProcessID, signal: Int32, message: String? = nil) {
    self.process = process
    self.signal = signal
    self.message = message
  }
}
