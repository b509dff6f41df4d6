// Births and deaths of processes.

/// The start or the end of a process.
public enum ProcessEvent: Equatable, Sendable {
  /// A program was started.
  case spawned(process: ProcessID, parent: ProcessID, name: String)
  /// A copy-on-write copy of a process was made.
  case forked(process: ProcessID, parent: ProcessID, name: String)
  /// A process got another thread.
  case threadStarted(process: ProcessID, thread: ProcessID, name: String)
  /// A thread ended; its process goes on.
  case threadEnded(process: ProcessID, thread: ProcessID, name: String)
  /// A process ended by itself.
  case exited(process: ProcessID, name: String, status: Int32)
  /// khugepaged began to look through the memory of a process that took its first huge page.
  case hugePageCollectorBegan(process: ProcessID)
  /// khugepaged came to the end of a dead process and let the last page of its page table go.
  case hugePageCollectorLetGo(pages: Int)
  /// A signal ended a process.
  case killed(process: ProcessID, name: String, signal: Int32)
}
