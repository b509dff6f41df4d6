// The format of /proc/PID/status.

import KernelText
import LinuxMemory

/// How `/proc/PID/status` tells of a process (proc(5)).
///
/// The two lines on speculation are those of QEMU's qemu64 and qemu32, on which the machine's recordings were made;
/// nothing ever takes the processor from a process, and each has slept once.
struct StatusText {
  /// The process.
  let process: LinuxProcess
  /// The thread that the file is about; nil for the main one.
  var thread: LinuxThread?
  /// The machine it runs on.
  let configuration: MachineConfiguration

  /// The content of the file.
  var text: String {
    ProcessStatus(lines: identity + (process.isAlive ? memory : []) + signals + privileges + placement).text
  }

  private func line(_ name: String, _ value: String) -> [ProcessStatus.Line] {
    [.init(name: name, value: value)]
  }

  private var identity: [ProcessStatus.Line] {
    let group = String(process.id.rawValue)
    let number = String((thread?.id ?? process.id).rawValue)
    let user = Array(repeating: String(process.userID), count: 4).joined(separator: "\t")
    // Every kernel starts a table of open files with as many places as a word has bits.
    let places = configuration.profile.wordSize * 8
    // A zombie has no open files, and no mask for new ones.
    return line("Name", thread?.name ?? process.name) + (process.isAlive ? line("Umask", "0022") : [])
      + line("State", process.isAlive ? "S (sleeping)" : "Z (zombie)") + line("Tgid", group)
      + line("Ngid", "0") + line("Pid", number) + line("PPid", String(process.parent.rawValue))
      + line("TracerPid", "0") + line("Uid", user) + line("Gid", user)
      + line("FDSize", process.isAlive ? String(places) : "0") + line("Groups", " ")
      + line("NStgid", group) + line("NSpid", number) + line("NSpgid", "0") + line("NSsid", "0")
  }

  private func amount(_ name: String, pages: Int) -> [ProcessStatus.Line] {
    line(name, "\((pages * 4).decimal(8)) kB")
  }

  private var memory: [ProcessStatus.Line] {
    let space = process.addressSpace
    let totals = space.areas.totals
    let resident = space.resident
    let executable = space.executablePages
    return amount("VmPeak", pages: max(space.peakPages, totals.total)) + amount("VmSize", pages: totals.total)
      + amount("VmLck", pages: totals.locked) + amount("VmPin", pages: 0)
      + amount("VmHWM", pages: max(space.peakResidentPages, resident.total))
      + amount("VmRSS", pages: resident.total) + amount("RssAnon", pages: resident.anonymous)
      + amount("RssFile", pages: resident.file) + amount("RssShmem", pages: resident.shared)
      + amount("VmData", pages: totals.data) + amount("VmStk", pages: totals.stack)
      + amount("VmExe", pages: executable.program) + amount("VmLib", pages: executable.libraries)
      + amount("VmPTE", pages: space.pageTablePages) + amount("VmSwap", pages: resident.swapped)
      + amount("HugetlbPages", pages: 0) + line("CoreDumping", "0")
      + line("THP_enabled", space.isHugePagesDisabled ? "0" : "1")
  }

  private var signals: [ProcessStatus.Line] {
    let none = String(repeating: "0", count: 16)
    let limit = process.limits[.pendingSignals].soft
    let limitText = limit == ResourceLimit.unlimited ? String(UInt64.max) : String(limit)
    return line("Threads", String(process.threadCount)) + line("SigQ", "0/\(limitText)")
      + ["SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"].flatMap { line($0, none) }
  }

  private var privileges: [ProcessStatus.Line] {
    let none = String(repeating: "0", count: 16)
    // All 41 capabilities of Linux 6.1.
    let all = "000001ffffffffff"
    let own = process.isPrivileged ? all : none
    return line("CapInh", none) + line("CapPrm", own) + line("CapEff", own) + line("CapBnd", all)
      + line("CapAmb", none) + line("NoNewPrivs", "0") + line("Seccomp", "0") + line("Seccomp_filters", "0")
      + line(
        "Speculation_Store_Bypass",
        configuration.profile.mitigatesSpeculation ? "not vulnerable" : "vulnerable")
      + line("SpeculationIndirectBranch", "always enabled")
  }

  private var placement: [ProcessStatus.Line] {
    let cpus = configuration.cpus
    let nodes =
      configuration.profile.hasNodes
      ? String(repeating: "00000000,", count: 31) + "00000001" : "1"
    return line("Cpus_allowed", Self.mask(cpus))
      + line("Cpus_allowed_list", cpus == 1 ? "0" : "0-\(cpus - 1)")
      + line("Mems_allowed", nodes) + line("Mems_allowed_list", "0")
      + line("voluntary_ctxt_switches", "1") + line("nonvoluntary_ctxt_switches", "0")
  }

  /// A mask of the lowest bits in groups of 32, as the kernel prints it.
  static func mask(_ bits: Int) -> String {
    let groups = max((bits + 31) / 32, 1)
    return (0..<groups).reversed().map { group in
      let count = min(bits - group * 32, 32)
      let digits = group == groups - 1 ? max((count + 3) / 4, 1) : 8
      return ((UInt64(1) << UInt64(count)) - 1).hexadecimal(digits)
    }.joined(separator: ",")
  }
}
