// The files of /sys: transparent huge pages, and those of slab caches.

import LinuxMemory

/// The catalogue of `/sys`.
enum SysfsFiles {
  /// Every file.
  static let all: [ProcFile] = hugePages + FragmentationFiles.all + SlabCacheFiles.all

  /// `/sys/kernel/mm/transparent_hugepage`.
  private static let hugePages: [ProcFile] = [
    ProcFile(
      "/sys/kernel/mm/transparent_hugepage/enabled",
      read: { machine, _ in
        MachineConfiguration.TransparentHugePages.allCases.map { choice in
          choice == machine.transparentHugePages ? "[\(choice.rawValue)]" : choice.rawValue
        }.joined(separator: " ") + "\n"
      },
      write: { machine, _, text throws(ErrorNumber) in
        let word = text.prefix { $0 != "\n" }
        guard let choice = MachineConfiguration.TransparentHugePages(rawValue: String(word)) else {
          throw .EINVAL
        }
        machine.setTransparentHugePages(choice)
      }),
    ProcFile.readOnly("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size") { machine, _ in
      "\(machine.configuration.profile.hugePageSize)\n"
    },
    ProcFile.readOnly("/sys/kernel/mm/transparent_hugepage/use_zero_page") { _, _ in "1\n" },
  ]
}
