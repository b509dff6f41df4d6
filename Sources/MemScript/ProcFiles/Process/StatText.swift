// The formats of /proc/PID/stat and /proc/PID/statm.

import LinuxMemory

/// How `/proc/PID/statm` sums up a process's memory in pages (proc(5)).
enum MemoryStatusText {
  /// The content of the file.
  static func text(_ process: Process) -> String {
    guard process.isAlive else { return "0 0 0 0 0 0 0\n" }
    let totals = process.addressSpace.areas.totals
    let resident = process.addressSpace.resident
    let numbers = [
      totals.total, resident.total, resident.file + resident.shared,
      process.addressSpace.executablePages.program, 0, totals.data + totals.stack, 0,
    ]
    return numbers.map { String($0) }.joined(separator: " ") + "\n"
  }
}

/// How `/proc/PID/stat` tells of a process in 52 fields (proc(5)).
///
/// Times of processors are 0, for nobody computes while the simulated clock runs. The places of the stack, of the
/// arguments and of the environment are 0, as the kernel shows them to a reader without privilege.
enum StatText {
  /// The content of the file.
  static func text(_ process: Process) -> String {
    let space = process.addressSpace
    let isAlive = process.isAlive
    let usage = process.usage
    let size = isAlive ? UInt64(space.areas.totals.total) * 4096 : 0
    let resident = isAlive ? space.resident.total : 0
    let layout = space.layout
    let code = isAlive ? (layout.code.lowerBound, layout.code.upperBound) : (0, 0)
    let data = isAlive ? (layout.data.lowerBound, layout.data.upperBound) : (0, 0)
    var fields = ["\(process.id.rawValue)", "(\(process.name))", isAlive ? "S" : "Z"]
    // ppid, pgrp, session, tty_nr, tpgid, flags
    fields += ["\(process.parent.rawValue)", "0", "0", "0", "-1", "0"]
    // minflt, cminflt, majflt, cmajflt, utime, stime, cutime, cstime
    fields += ["\(usage.minorFaults)", "0", "\(usage.majorFaults)", "0", "0", "0", "0", "0"]
    // priority, nice, num_threads, itrealvalue, starttime in 1/100 s
    fields += ["20", "0", "1", "0", "\(process.startTime / 10_000)"]
    fields += ["\(size)", "\(resident)", "\(process.limits[.residentSet].soft)"]
    // startcode, endcode, startstack, kstkesp, kstkeip, signal, blocked, sigignore, sigcatch, wchan, nswap, cnswap
    fields += ["\(code.0)", "\(code.1)"] + Array(repeating: "0", count: 10)
    // exit_signal, processor, rt_priority, policy, delayacct_blkio_ticks, guest_time, cguest_time
    fields += ["17", "0", "0", "0", "0", "0", "0"]
    fields += ["\(data.0)", "\(data.1)", isAlive ? "\(layout.heapStart)" : "0"]
    // arg_start, arg_end, env_start, env_end, exit_code
    fields += ["0", "0", "0", "0", "\(exitCode(process))"]
    return fields.joined(separator: " ") + "\n"
  }

  /// The status as wait(2) encodes it.
  private static func exitCode(_ process: Process) -> Int32 {
    switch process.exitStatus {
    case nil: 0
    case .exited(let status)?: (status & 0xff) << 8
    case .killed(let signal)?: signal
    }
  }
}
