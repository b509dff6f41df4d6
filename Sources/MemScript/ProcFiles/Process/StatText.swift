// The formats of /proc/PID/stat and /proc/PID/statm.

import KernelText
import LinuxMemory

/// How `/proc/PID/statm` sums up a process's memory in pages (proc(5)).
enum MemoryStatusText {
  /// The content of the file.
  static func text(_ process: LinuxProcess) -> String {
    guard process.isAlive else { return MemoryStatus(pages: Array(repeating: 0, count: 7)).text }
    let totals = process.addressSpace.areas.totals
    let resident = process.addressSpace.resident
    let numbers = [
      totals.total, resident.total, resident.file + resident.shared,
      process.addressSpace.executablePages.program, 0, totals.data + totals.stack, 0,
    ]
    return MemoryStatus(pages: numbers).text
  }
}

/// How `/proc/PID/stat` tells of a process in 52 fields (proc(5)).
///
/// Times of processors are 0, for nobody computes while the simulated clock runs. All else is as a reader with
/// privilege sees it.
enum StatText {
  /// The content of the file.
  ///
  /// - Parameter thread: the thread that it is about; nil for the main one.
  static func text(_ process: LinuxProcess, thread: LinuxThread? = nil, on machine: Machine) -> String {
    let id = thread?.id ?? process.id
    var fields = [process.isAlive ? "S" : "Z"]
    // ppid, pgrp, session, tty_nr, tpgid
    fields += ["\(process.parent.rawValue)", "0", "0", "0", "-1"]
    fields.append("\(flags(process, isRandomized: machine.configuration.addressSpaceRandomization != nil))")
    let usage = process.usage
    // minflt, cminflt, majflt, cmajflt, utime, stime, cutime, cstime
    fields += ["\(usage.minorFaults)", "0", "\(usage.majorFaults)", "0", "0", "0", "0", "0"]
    // priority, nice, num_threads, itrealvalue, starttime in 1/100 s
    fields += [
      "20", "0", "\(process.threadCount)", "0", "\((thread?.startTime ?? process.startTime) / 10_000)",
    ]
    fields += memory(process, largestNumber: machine.configuration.profile.wordSize == 8 ? .max : 0xffff_ffff)
    return ProcessStat(id: Int(id.rawValue), name: thread?.name ?? process.name, fields: fields).text
  }

  /// The fields from vsize on; those of memory are 0 for a zombie, which has none.
  private static func memory(_ process: LinuxProcess, largestNumber: UInt64) -> [String] {
    let space = process.addressSpace
    let isAlive = process.isAlive
    let layout = space.layout
    let stack = space.initialStack
    let number = { (value: UInt64) in isAlive ? "\(value)" : "0" }
    var fields = [number(UInt64(space.areas.totals.total) * 4096), number(UInt64(space.resident.total))]
    fields.append("\(min(process.limits[.residentSet].soft, largestNumber))")
    fields += [layout.code.lowerBound, layout.code.upperBound, stack.start].map(number)
    // kstkesp, kstkeip, signal, blocked, sigignore, sigcatch; wchan is 1 for who sleeps; nswap, cnswap
    fields += ["0", "0", "0", "0", "0", "0", "1", "0", "0"]
    // exit_signal, processor, rt_priority, policy, delayacct_blkio_ticks, guest_time, cguest_time
    fields += ["17", "0", "0", "0", "0", "0", "0"]
    fields += [layout.data.lowerBound, layout.data.upperBound, layout.heapStart].map(number)
    for range in [stack.arguments, stack.environment] {
      fields += [range.lowerBound, range.upperBound].map(number)
    }
    return fields + ["\(exitCode(process))"]
  }

  /// The flags of the task (include/linux/sched.h), as far as they show: PF_FORKNOEXEC, PF_RANDOMIZE, and what the
  /// end of a process leaves: PF_EXITING, PF_POSTCOREDUMP, PF_NOFREEZE, PF_SIGNALED and PF_DUMPCORE.
  private static func flags(_ process: LinuxProcess, isRandomized: Bool) -> Int {
    var flags = (process.isForkedOnly ? 0x40 : 0) | (isRandomized ? 0x40_0000 : 0)
    switch process.exitStatus {
    case nil: break
    case .exited?: flags |= 0x800c
    case .killed(let signal)?: flags |= signal == 9 ? 0x840c : 0x860c
    }
    return flags
  }

  /// The status as wait(2) encodes it.
  private static func exitCode(_ process: LinuxProcess) -> Int32 {
    switch process.exitStatus {
    case nil: 0
    case .exited(let status)?: (status & 0xff) << 8
    case .killed(let signal)?: signal
    }
  }
}
