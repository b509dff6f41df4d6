// A captured line of smaps as the state of a mapping.

import KernelText
import LinuxMemory

extension ProcessMappings.Mapping {
  /// The state of the mapping; nil for what is not part of the process's own address space.
  var state: ProcessState.Mapping? {
    if line.name == "[vsyscall]" { return nil }
    var mapping = ProcessState.Mapping(
      range: line.start..<line.end, permissions: permissions, flags: areaFlags, backing: backing)
    mapping.isHeap = line.name == "[heap]"
    func pages(_ name: String) -> Int { Int(clamping: kibibytes(name) / 4) }
    let shared = pages("Shared_Clean") + pages("Shared_Dirty")
    let resident = pages("Rss")
    mapping.swapped = pages("Swap")
    if case .special = mapping.backing {
      mapping.privateFile = resident
      return mapping
    }
    guard case .file(_, _, let isTemporary) = mapping.backing else {
      mapping.anonymous = resident
      mapping.huge = pages("AnonHugePages")
      mapping.sharedAnonymous = min(shared, resident)
      return mapping
    }
    if isTemporary {
      (mapping.sharedFile, mapping.privateFile) = (min(shared, resident), max(resident - shared, 0))
      return mapping
    }
    mapping.anonymous = min(pages("Anonymous"), resident)
    // Pages of a file that a private mapping shows are as on the disk; what is dirty there is a copy.
    mapping.sharedAnonymous =
      line.permissions.hasSuffix("s") ? 0 : min(mapping.anonymous, pages("Shared_Dirty"))
    let ofFile = resident - mapping.anonymous
    mapping.sharedFile = min(max(shared - mapping.sharedAnonymous, 0), ofFile)
    mapping.privateFile = ofFile - mapping.sharedFile
    return mapping
  }

  private var permissions: MemoryPermissions {
    var permissions: MemoryPermissions = []
    for (letter, permission) in [("r", MemoryPermissions.read), ("w", .write), ("x", .execute)]
    where line.permissions.contains(letter) {
      permissions.insert(permission)
    }
    return permissions
  }

  /// What `VmFlags` tells; without them what the line lets one think.
  private var areaFlags: VirtualMemoryArea.Flags {
    let isShared = line.permissions.hasSuffix("s")
    guard let flags else {
      var found: VirtualMemoryArea.Flags = line.name == "[stack]" ? [.growsDown, .accounted] : []
      if isShared { found.insert(.shared) } else if permissions.contains(.write) { found.insert(.accounted) }
      return found
    }
    let names: [String: VirtualMemoryArea.Flags] = [
      "lo": .locked, "gd": .growsDown, "ac": .accounted, "nr": .noReserve, "hg": .hugePages,
      "nh": .noHugePages,
      "dc": .notInherited, "sr": .sequentialRead, "rr": .randomRead, "wf": .wipedOnFork, "dd": .notDumped,
      "mg": .mergeable,
    ]
    var found: VirtualMemoryArea.Flags = isShared ? .shared : []
    for flag in flags { found.formUnion(names[flag] ?? []) }
    return found
  }

  private var backing: ProcessState.Mapping.Backing {
    let name = line.name
    if name.isEmpty || name == "[heap]" || name == "[stack]" || name.hasPrefix("[anon")
      || name.hasPrefix("[stack:")
    {
      return .anonymous
    }
    if name.hasPrefix("["), !name.hasPrefix("[anon_shmem") {
      return .special(name: String(name.dropFirst().prefix { $0 != "]" }))
    }
    let firstPage = line.offset >> 12
    let heads = [
      "/dev/shm/", "/memfd:", "/SYSV", "/dev/zero", "/run/", "[anon_shmem", "/dev/ashmem", "/i915",
    ]
    let isTemporary = heads.contains { name.hasPrefix($0) }
    // Files without a name, and those that were removed, may have been called alike.
    let nameless = ["/memfd:", "/SYSV", "/dev/zero", "[anon_shmem"].contains { name.hasPrefix($0) }
    let isUnique = !nameless && !name.hasSuffix(" (deleted)") || line.inode == 0
    return .file(
      path: isUnique ? name : "\(name)#\(line.inode)", firstPage: firstPage, isTemporary: isTemporary)
  }
}
