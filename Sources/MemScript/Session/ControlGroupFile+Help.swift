// What help tells of the files of control groups.

import LinuxMemory

extension ControlGroupFile {
  /// The page about the file, with a newline at its end; nil where it tells of what is not simulated.
  var helpPage: String? {
    guard let meaning else { return nil }
    var ways: [String] = []
    let path = "\(ControlGroupFiles.mountPoint)/GROUP/\(rawValue)"
    if isReadable { ways.append("`cat \(path)`") }
    if isWritable { ways.append("`echo VALUE > \(path)`") }
    return "  \(rawValue)\n\n" + Session.wrapped(meaning, at: 76).map { "  \($0)\n" }.joined()
      + "\n" + ways.map { "  \($0)\n" }.joined()
      + "\n  Linux: Documentation/admin-guide/cgroup-v2.rst\n"
  }

  private var meaning: String? {
    switch self {
    case .controllers: "Which controllers may be switched on for the groups below."
    case .events: "populated: whether a process is in the group or below; frozen: whether all are."
    case .freeze: "1 stops all processes in the group and below, 0 lets them go on."
    case .kill: "1 kills all processes in the group and below with SIGKILL."
    case .maximumDepth: "How many levels of groups there may be below; max for any number."
    case .maximumDescendants: "How many groups there may be below; max for any number."
    case .pressureCounting: "Whether pressure is counted: 1 or 0."
    case .processes:
      "The PIDs of the processes in the group. A PID that is written moves the process here; what it was charged for "
        + "stays where it is."
    case .statistics: "How many groups there are below, and how many were removed and still hold something."
    case .subtreeControl:
      "Which controllers the groups below have: `echo +memory` switches one on, -memory off. A group with processes of "
        + "its own cannot."
    case .threads: "The threads of the processes in the group."
    case .type: "domain, or how the group takes part in a threaded subtree."
    case .memoryPressure:
      "The share of time, over 10, 60 and 300 s, in which some or all processes waited for memory, and the sum in us."
    case .memoryCurrent: "The bytes that the group and all below are charged for."
    case .memoryPeak: "The most that memory.current has been."
    case .memoryMinimum: "As much of the group's memory is never reclaimed; 0 unless set."
    case .memoryLow:
      "As much of the group's memory is reclaimed only when nothing else can be; 0 unless set."
    case .memoryHigh:
      "Above it the group's processes reclaim, and sleep the longer the more they are above it; nobody is killed."
    case .memoryMaximum:
      "The limit. At it the group reclaims its own pages; when that does not help, the OOM killer takes one of its "
        + "processes. Free memory of the machine does not count."
    case .memoryOOMGroup:
      "1: when one process of the group is killed for want of memory, all are, but those with "
        + "oom_score_adj -1000."
    case .memoryEvents:
      "How often low, high, max, oom, oom_kill and oom_group_kill happened in the group and below."
    case .memoryLocalEvents: "The same for the group alone."
    case .memoryStatistics: "What the group's memory is, in bytes, and what reclaim did."
    case .memoryNodes: "What the group's memory is, by NUMA node; there is one."
    case .memoryReclaim:
      "So many bytes are reclaimed from the group: `echo 100M`; EAGAIN when there were fewer."
    case .swapCurrent: "The bytes of swap that the group and all below use."
    case .swapEvents: "How often swap use ran into high or max, and how often a page found no room in swap."
    case .swapHigh: "Above it the group's processes sleep as above memory.high."
    case .swapMaximum: "The limit of swap use: at it pages stay in memory. Nobody is killed for it alone."
    case .zswapCurrent, .zswapMaximum:
      "Compressed swap in memory, which is not simulated: nothing is ever in it."
    case .effectiveProcessors, .effectiveNodes:
      "What processes may run on, and where their memory may come from."
    case .cpuPressure, .cpuStatistics, .ioPressure, .ioCostModel, .ioCostQuality, .ioStatistics,
      .miscellaneousCapacity:
      nil
    }
  }
}
