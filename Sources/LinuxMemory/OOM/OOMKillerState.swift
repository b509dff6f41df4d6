// What the OOM killer remembers between two calls.

/// The state of the OOM killer.
package struct OOMKillerState: Sendable, Equatable, Codable {
  /// Why the machine stopped; `nil` while it runs. Nothing but a reboot helps then.
  package internal(set) var panic: String?
  /// Limits how often the whole report is printed.
  var reportLimit = RateLimit(function: "oom_kill_process")
  /// Limits how often a failed request for pages is reported.
  var failureLimit = RateLimit(function: "warn_alloc", interval: 10_000_000, burst: 1)
  /// Limits the lines about page faults that are tried again.
  var faultLimit = RateLimit(function: "pagefault_out_of_memory")
  /// Limits the lines about refused requests for committed memory.
  var refusalLimit = RateLimit(function: "__vm_enough_memory")
  /// Whether the line about the deprecated `oom_adj` was printed; the kernel does so once.
  var hasNotedLegacyFile = false
  /// Whether a write of 4 to `drop_caches` silenced the lines about it.
  var isSilentAboutDrops = false
  /// The process that switches a swap area off: when memory ends, it is taken before all others.
  var swapoffProcess: ProcessID?
  /// Whether it was taken and has yet to notice.
  var isSwapoffKilled = false
  /// The last verdicts.
  package internal(set) var history = OOMHistory()

  /// Makes the state of a machine that has just booted.
  init() {}

  /// Whether a process switches swap off and was killed for it: the call ends before the signal is taken.
  func isDyingInSwapoff(_ process: ProcessID?) -> Bool {
    isSwapoffKilled && process != nil && process == swapoffProcess
  }
}
