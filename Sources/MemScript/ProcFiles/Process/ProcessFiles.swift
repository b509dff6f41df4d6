// The files of /proc/PID.

import LinuxMemory

/// The catalogue of each process's files.
enum ProcessFiles {
  /// Every file.
  static let all: [ProcFile] =
    [
      ProcFile(
        "/proc/PID/cgroup", exists: { $0.hasControlGroups },
        read: { machine, target throws(ErrorNumber) in
          let process = try process(target, on: machine)
          return "0::\(machine.controlGroupPath(of: process.id) ?? "/")\n"
        }, write: nil),
      file("cmdline") { process, _ in process.isAlive ? process.name + "\0" : "" },
      file("limits") { process, _ in ProcessLimitsText.text(process.limits) },
      file("maps") { process, machine in
        let pointerBytes = machine.configuration.profile.wordSize
        return process.mapsLines(machine.work).map { $0.text(pointerBytes: pointerBytes) }.joined()
      },
      OOMFiles.adjustment,
      OOMFiles.score,
      OOMFiles.scoreAdjustment,
      file("smaps") { process, machine in SmapsFiles.smaps(process, on: machine) },
      file("smaps_rollup") { process, machine in SmapsFiles.rollup(process, on: machine) },
      file("statm") { process, _ in MemoryStatusText.text(process) },
    ] + threadFiles(in: "/proc/PID") + threadFiles(in: "/proc/PID/task/TID")

  /// The files that tell of a thread; `/proc/TID` is there, too.
  private static func threadFiles(in directory: String) -> [ProcFile] {
    [
      threadFile("\(directory)/comm") { process, thread, _ in (thread?.name ?? process.name) + "\n" },
      threadFile("\(directory)/stat") { process, thread, machine in
        StatText.text(process, thread: thread, on: machine)
      },
      threadFile("\(directory)/status") { process, thread, machine in
        StatusText(process: process, thread: thread, configuration: machine.configuration).text
      },
    ]
  }

  /// A file of a thread.
  private static func threadFile(
    _ pattern: String, _ render: @escaping @Sendable (LinuxProcess, LinuxThread?, Machine) -> String
  ) -> ProcFile {
    ProcFile.readOnly(pattern) { machine, target throws(ErrorNumber) in
      let process = try process(target, on: machine)
      return render(process, process.threads.first { $0.id == target.thread }, machine)
    }
  }

  /// A file that can only be read.
  private static func file(
    _ name: String, _ render: @escaping @Sendable (LinuxProcess, Machine) -> String
  ) -> ProcFile {
    ProcFile.readOnly("/proc/PID/\(name)") { machine, target throws(ErrorNumber) in
      render(try process(target, on: machine), machine)
    }
  }

  /// The process that a path names.
  static func process(_ target: ProcFileTarget, on machine: Machine) throws(ErrorNumber) -> LinuxProcess {
    guard let number = target.process, let process = machine.processes[number] else { throw .ENOENT }
    return process
  }
}
