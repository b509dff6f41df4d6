// What groups are charged for files themselves: open ones, and those that lie on a tmpfs.

extension Machine {
  /// Charges the group of a process for a file that it opens (`alloc_empty_file`, fs/file_table.c). Files of the disk
  /// count as open before anything is measured.
  ///
  /// - Returns: the group, to give the charge back when the file is closed; the root for none.
  mutating func chargeOpenFile(_ path: String, by process: ProcessID) -> MemoryGroup {
    guard !ledger.groups.isTrivial, files.file(at: path)?.kind == .temporary,
      let task = processes.living(process), let group = kernelGroup(of: task)
    else { return .root }
    chargeObject(chargedSize(ofCache: "filp"), kind: .unreclaimable, to: group, for: task)
    return group
  }

  /// Gives back the charge for an open file.
  mutating func dischargeOpenFile(of group: MemoryGroup) {
    if group == .root { return }
    dischargeObject(chargedSize(ofCache: "filp"), kind: .unreclaimable, of: group)
  }

  /// Charges the group of a process for a file that it makes on a tmpfs: its name, which the tmpfs keeps in memory, and
  /// its inode (`shmem_mknod`, mm/shmem.c).
  mutating func chargeNewFile(_ file: SimulatedFile, by process: ProcessID) {
    guard !ledger.groups.isTrivial, file.kind == .temporary, let task = processes.living(process),
      let group = kernelGroup(of: task)
    else { return }
    files.records[file.identifier.rawValue]?.maker = group
    chargeObject(chargedSize(ofCache: "dentry"), kind: .reclaimable, to: group, for: task)
    chargeObject(chargedSize(ofCache: "shmem_inode_cache"), kind: .unreclaimable, to: group, for: task)
  }

  /// Gives back what a group is charged for a file that goes.
  mutating func dischargeFile(_ file: FileIdentifier) {
    guard let group = files.record(file)?.maker, group != .root else { return }
    files.records[file.rawValue]?.maker = .root
    dischargeObject(chargedSize(ofCache: "dentry"), kind: .reclaimable, of: group)
    dischargeObject(chargedSize(ofCache: "shmem_inode_cache"), kind: .unreclaimable, of: group)
  }
}
