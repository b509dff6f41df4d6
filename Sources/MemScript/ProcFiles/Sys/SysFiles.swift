// The files of /sys: transparent huge pages and slab caches.

import LinuxMemory

/// The catalogue of `/sys`.
enum SysFiles {
  /// Every file.
  static let all: [ProcFile] = hugePages + slabCaches

  /// The names that stand for `NAME` in a file's pattern.
  static func names(in file: ProcFile, on machine: Machine) -> [String] {
    machine.slab.cachesNewestFirst.flatMap { [$0.name] + $0.aliases }
  }

  /// `/sys/kernel/mm/transparent_hugepage`.
  private static let hugePages: [ProcFile] = [
    ProcFile(
      "/sys/kernel/mm/transparent_hugepage/enabled",
      read: { machine, _ in
        MachineConfiguration.TransparentHugePages.allCases.map { choice in
          choice == machine.transparentHugePages ? "[\(choice.rawValue)]" : choice.rawValue
        }.joined(separator: " ") + "\n"
      },
      write: { machine, _, text throws(Errno) in
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

  /// `/sys/kernel/slab/NAME` (Documentation/ABI/testing/sysfs-kernel-slab).
  private static let slabCaches: [ProcFile] = [
    slab("align") { "\($0.geometry.alignment)" },
    slab("aliases") { "\(max($0.references - 1, 0))" },
    slab("cpu_partial") { "\($0.geometry.perCPUPartialObjects)" },
    slab("hwcache_align") { $0.flags.contains(.SLAB_HWCACHE_ALIGN) ? "1" : "0" },
    slab("min_partial") { "\($0.geometry.minimumPartial)" },
    slab("object_size") { "\($0.objectSize)" },
    counted("objects") { $0.activeObjects },
    slab("objs_per_slab") { "\($0.geometry.objectsPerSlab)" },
    slab("order") { "\($0.geometry.order)" },
    counted("partial") { $0.nodePartialSlabs },
    slab("reclaim_account") { $0.isReclaimable ? "1" : "0" },
    slab("slab_size") { "\($0.geometry.size)" },
    counted("slabs") { $0.slabCount },
    counted("total_objects") { $0.objectCount },
  ]

  private static func slab(_ name: String, _ value: @escaping @Sendable (SlabCache) -> String) -> ProcFile {
    ProcFile.readOnly("/sys/kernel/slab/NAME/\(name)") { machine, target throws(Errno) in
      guard let cache = machine.slab.cache(named: target.name) else { throw .ENOENT }
      return value(cache) + "\n"
    }
  }

  /// A number that the 64-bit kernel, which knows memory nodes, repeats for its only node.
  private static func counted(_ name: String, _ value: @escaping @Sendable (SlabCache) -> Int) -> ProcFile {
    ProcFile.readOnly("/sys/kernel/slab/NAME/\(name)") { machine, target throws(Errno) in
      guard let cache = machine.slab.cache(named: target.name) else { throw .ENOENT }
      let number = value(cache)
      let node = machine.configuration.architecture == .x8664 && number > 0 ? " N0=\(number)" : ""
      return "\(number)\(node)\n"
    }
  }
}
