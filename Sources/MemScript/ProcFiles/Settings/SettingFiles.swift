// The files of /proc/sys.

import LinuxMemory

/// The kernel's settings.
enum SettingFiles {
  /// Every file.
  static let all: [ProcFile] = memory + kernel

  /// `/proc/sys/vm`.
  private static let memory: [ProcFile] = KernelRelease.tunableFiles.map { name, isTrigger in
    ProcFile(
      "/proc/sys/vm/\(name)", exists: { $0.tunables.hasFile(name) }, read: isTrigger ? nil : reader(of: name),
      write: { machine, target, text throws(ErrorNumber) in
        if case .failure(let error) = machine.writeTunable(name, text: text, by: target.actor) { throw error }
      })
  }

  private static func reader(of name: String) -> ProcFile.Reader {
    { machine, _ throws(ErrorNumber) in
      switch machine.tunables.text(of: name) {
      case .success(let text): return text + "\n"
      case .failure(let error): throw error
      }
    }
  }

  /// `/proc/sys/kernel`; most cannot be changed.
  private static let kernel: [ProcFile] = [
    ProcFile.readOnly("/proc/sys/kernel/osrelease") { machine, _ in SystemIdentity(of: machine).release + "\n"
    },
    ProcFile.readOnly("/proc/sys/kernel/ostype") { _, _ in "Linux\n" },
    ProcFile(
      "/proc/sys/kernel/ns_last_pid", read: { machine, _ in "\(machine.processes.lastNumber)\n" },
      write: { machine, target, text throws(ErrorNumber) in
        try machine.setLastProcessNumber(text, by: target.actor).get()
      }),
    ProcFile(
      "/proc/sys/kernel/pid_max", read: { machine, _ in "\(machine.processes.numberLimit)\n" },
      write: { machine, target, text throws(ErrorNumber) in
        try machine.setProcessNumberLimit(text, by: target.actor).get()
      }),
    ProcFile.readOnly("/proc/sys/kernel/randomize_va_space") { machine, _ in
      machine.configuration.addressSpaceRandomization == nil ? "0\n" : "2\n"
    },
    ProcFile.readOnly("/proc/sys/kernel/tainted") { machine, _ in "\(machine.log.taint.rawValue)\n" },
    ProcFile.readOnly("/proc/sys/kernel/version") { machine, _ in SystemIdentity(of: machine).version + "\n"
    },
  ]
}
