// Machines as the recordings of OOM runs had them, and programs that hold or take memory.

@testable import LinuxMemory

/// What became of a program that writes memory in order.
struct HogOutcome {
  /// The program.
  var process: ProcessID
  /// Pages that it had written when it was killed or finished.
  var writtenPages: Int
  /// The signal that ended it, if any.
  var signal: Int32?
}

extension Machine {
  /// A machine as the recordings had it: no limit on what is promised.
  ///
  /// - Parameter swap: Bytes of a swap partition that is switched on.
  static func recorded(
    _ architecture: MachineConfiguration.Architecture = .x8664,
    hugePages: MachineConfiguration.TransparentHugePages = .never, swap: UInt64 = 0
  ) throws -> Machine {
    var configuration = MachineConfiguration()
    configuration.architecture = architecture
    configuration.transparentHugePages = hugePages
    var machine = try Machine(configuration: configuration)
    _ = try machine.writeTunable("overcommit_memory", text: "1", by: ProcessID(1)).get()
    if swap > 0 {
      _ = try machine.createFile("/dev/vda", size: swap, isSwap: true).get()
      try machine.swapOn("/dev/vda").get()
    }
    return machine
  }

  /// Starts a program that maps and writes so many MiB and then stays.
  mutating func hold(megabytes: UInt64, adjustment: Int = 0) throws -> ProcessID {
    let process = try spawn(name: "hold").get()
    try writeOOMScoreAdjustment(String(adjustment), of: process, by: ProcessID(1)).get()
    let start = try mmap(length: megabytes << 20, in: process).get()
    try access(start, length: megabytes << 20, .write, in: process)
    return process
  }

  /// Starts a program that maps so many MiB and writes them one after the other.
  mutating func runHog(megabytes: UInt64) throws -> HogOutcome {
    let process = try spawn(name: "hog").get()
    let recorder = EventRecorder()
    events.observer = recorder
    defer { events.observer = nil }
    var outcome = HogOutcome(process: process, writtenPages: 0, signal: nil)
    let idle = processes[process]?.addressSpace.resident.anonymous ?? 0
    do throws(FatalSignal) {
      guard case .success(let start) = try mmap(length: megabytes << 20, in: process) else { return outcome }
      for megabyte in 0..<megabytes {
        try access(start + megabyte << 20, length: 1 << 20, .write, in: process)
      }
      outcome.writtenPages = Int(megabytes) << 8
    } catch {
      outcome.signal = error.signal
      for record in recorder.drain() {
        guard case .outOfMemory(.ranked(let ranking)) = record.event,
          let figures = ranking.first(where: { $0.process == process })?.figures
        else { continue }
        outcome.writtenPages = figures.residentPages + figures.swapPages - idle
      }
    }
    return outcome
  }

  /// The names and numbers of the processes that the OOM killer took, in order.
  var victims: [String] {
    log.lines.compactMap { line in
      guard line.text.contains("Killed process") else { return nil }
      return line.text.split(separator: "(").last.flatMap { $0.split(separator: ")").first }.map(String.init)
    }
  }
}
