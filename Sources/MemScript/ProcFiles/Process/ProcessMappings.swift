// The mappings of a process as /proc/PID/maps, smaps and pmap(1) tell them.

import KernelText
import LinuxMemory

extension LinuxProcess {
  /// The lines of `/proc/PID/maps`; none once the process is dead.
  ///
  /// - Parameter work: counts them, and ends them early when it is told to.
  func mapsLines(_ work: WorkMeter) -> [MapsLine] {
    isAlive ? work.map(addressSpace.areas.list, units: 8, mapsLine) : []
  }

  /// The line of one mapping.
  func mapsLine(of area: VirtualMemoryArea) -> MapsLine {
    let permissions = area.permissions
    let rights =
      (permissions.contains(.read) ? "r" : "-") + (permissions.contains(.write) ? "w" : "-")
      + (permissions.contains(.execute) ? "x" : "-") + (area.isPrivate ? "p" : "s")
    var line = MapsLine(
      start: area.start, end: area.end, permissions: rights, offset: 0, deviceMajor: 0, deviceMinor: 0,
      inode: 0, name: addressSpace.name(of: area))
    switch area.backing {
    case .program:
      // The root file system of the recordings: an initramfs, in which the program is the 37th file.
      line.offset = area.pageOffset << 12
      line.deviceMinor = 2
      line.inode = 37
    case .sharedMemory(let number):
      // Shared memory lies on the kernel's own tmpfs; its files are numbered as they were made.
      line.offset = area.pageOffset << 12
      line.deviceMinor = 1
      line.inode = 1 + number
    case .file(let file):
      // The disk of the recordings is a virtio one; ext4's own inodes come first.
      line.offset = area.pageOffset << 12
      (line.deviceMajor, line.deviceMinor) = (254, 0)
      line.inode = 12 + file.rawValue
    case .anonymous, .special: break
    }
    return line
  }
}

/// The letters of `VmFlags` in `/proc/PID/smaps` (fs/proc/task_mmu.c).
enum MappingFlagsText {
  /// The flags of a mapping in the order of the kernel's bits; `??` is what Linux 6.1
  /// prints for VM_LOCKONFAULT, to which it gives no letters.
  ///
  /// - Parameter tracksSoftDirty: whether the kernel can track changed pages, which marks every mapping `sd`.
  static func flags(_ area: VirtualMemoryArea, tracksSoftDirty: Bool) -> [String] {
    let isStack = area.flags.contains(.growsDown)
    let isShared = area.flags.contains(.shared)
    let flags: [(Bool, String)] = [
      (area.permissions.contains(.read), "rd"), (area.permissions.contains(.write), "wr"),
      (area.permissions.contains(.execute), "ex"), (isShared, "sh"), (true, "mr"),
      (!area.isClockData, "mw"), (!area.isClockData, "me"), (isShared, "ms"), (isStack, "gd"),
      (area.isClockData, "pf"), (area.flags.contains(.locked), "lo"), (area.isClockData, "io"),
      (area.flags.contains(.sequentialRead), "sr"), (area.flags.contains(.randomRead), "rr"),
      (area.flags.contains(.notInherited), "dc"), (area.isSpecial, "de"),
      (area.flags.contains(.lockOnFault), "??"), (area.flags.contains(.accounted), "ac"),
      (area.flags.contains(.noReserve), "nr"), (area.flags.contains(.wipedOnFork), "wf"),
      (area.flags.contains(.notDumped), "dd"),
      (tracksSoftDirty && !area.flags.contains(.initialStack), "sd"), (area.flags.contains(.hugePages), "hg"),
      (area.flags.contains(.noHugePages), "nh"), (area.flags.contains(.mergeable), "mg"),
    ]
    return flags.filter { $0.0 }.map(\.1)
  }
}
