// Control groups know their processes, and are charged for the objects, slots and listed pages that are theirs.

extension MachineCheck {
  func groupViolations() -> [String] {
    let groups = machine.ledger.groups
    var found = machine.controlGroups.invariantViolations(groups)
    for process in machine.processes.live where process.controlGroup != .root {
      if !machine.controlGroups.contains(process.controlGroup)
        || !machine.controlGroups[process.controlGroup].processes.contains(process.id)
      {
        found.append("process \(process.id) is not in the list of its control group")
      }
    }
    if groups.isTrivial { return found }
    var bytes: [MemoryGroup: Int] = [:]
    for process in machine.processes.all {
      for share in process.objects.bytes + process.threads.flatMap(\.objects.bytes) {
        bytes[share.group, default: 0] += share.bytes
      }
    }
    let node = machine.slab.objectSize(ofCache: "radix_tree_node") + machine.configuration.profile.wordSize
    let word = machine.configuration.profile.wordSize
    let file = ["dentry", "shmem_inode_cache"].reduce(0) { $0 + machine.slab.objectSize(ofCache: $1) + word }
    for case let record? in machine.files.records {
      if record.maker != .root { bytes[record.maker, default: 0] += file }
      for extent in record.nodes.flatMap(\.all) {
        bytes[MemoryGroup(Int(extent.value.number)), default: 0] += Int(extent.count) * node
      }
    }
    for group in groups.all where group != .root {
      let control = groups[group]
      let own = bytes[group, default: 0] + control.perCPUBytes
      if own != control.objectBytes {
        found.append("group \(group.number) has \(own) bytes of objects, \(control.objectBytes) charged")
      }
      let slots = machine.swap.slotCount(of: group)
      if slots != control.swappedPages {
        found.append("group \(group.number) has \(slots) slots of swap, \(control.swappedPages) charged")
      }
    }
    return found + listedGroupViolations()
  }

  /// Each page stands on a list of the group that is charged for it.
  private func listedGroupViolations() -> [String] {
    var found: [String] = []
    for owner in machine.pageLists.owners {
      for part in machine.pageLists.groupParts(of: owner) {
        for actual in machine.groups(of: part.pages, owner) where actual.group != part.group {
          found.append(
            "pages of \(owner) stand on a list of group \(part.group.number) and are charged to "
              + "\(actual.group.number), from \(actual.pages.lowerBound)")
        }
      }
    }
    return found
  }
}
