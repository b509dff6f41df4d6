// For whom the OOM killer runs.

/// A call of the OOM killer (the kernel's `oom_control`).
struct OOMRequest {
  /// What was asked for.
  var flags: GFPFlags
  /// How much: 2 to the power of this many pages; -1 when nobody asked for memory.
  var order: Int
  /// In whose call memory was asked for; nil when nobody asked for memory.
  var asker: ProcessID?
  /// The group that has no room; nil where the machine has none.
  var group: MemoryGroup?

  /// The call that a write of `f` to `/proc/sysrq-trigger` makes (`moom_callback`, drivers/tty/sysrq.c).
  static let manual = OOMRequest(flags: .GFP_KERNEL, order: -1, asker: nil)

  /// The kernel thread that carries out requests of `/proc/sysrq-trigger`.
  static let worker = (process: ProcessID(47), name: "kworker/0:2")

  /// Whether somebody wants a process killed although memory is left.
  var isManual: Bool { order < 0 }
}
