// What ps(1) shows of one process.

/// One row of ps(1): what can be shown of a process.
struct PsRow: Equatable {
  var process: Int32
  var parent: Int32
  /// The number of the thread that the row is about, and how many the process has.
  var thread: Int32
  var threadCount: Int
  /// The name, and the arguments as shown.
  var name: String, arguments: String
  /// The user's name and number.
  var user: String
  var userID: Int
  /// KiB.
  var resident: Int, virtual: Int
  /// Resident memory in tenths of a percent of RAM.
  var residentPermille: Int
  var minorFaults: Int, majorFaults: Int
  /// `S`, `R` or `Z`.
  var state: String
  /// Seconds since boot at which it started, and since when it runs.
  var startSecond: Int, elapsedSeconds: Int
  var oomScore: Int, oomScoreAdjustment: Int
  /// Its control group as `/proc/PID/cgroup` has it.
  var controlGroup: String = "-"
  /// KiB of memory that is locked, and of the mappings that hold program text.
  var locked: Int, text: Int
}
