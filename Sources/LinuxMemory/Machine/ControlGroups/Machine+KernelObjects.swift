// Charging groups for the kernel's objects: those of processes, and the index nodes of files.

extension Machine {
  /// What a call that may have changed a process's mappings does on its way back: groups are charged for the kernel's
  /// objects of them, and whoever is above `memory.high` pays.
  mutating func settleMappings(of process: ProcessID) {
    guard !ledger.groups.isTrivial, let task = processes.living(process) else { return }
    settleObjects(of: task)
    returnToUserMode(task)
  }

  /// Brings what groups are charged for a process's mappings in step with them: an object for each, and two more for
  /// each that has memory of its own.
  mutating func settleObjects(of task: ProcessHandle) {
    guard !ledger.groups.isTrivial, processes.isLiving(task) else { return }
    let list = processes[task].addressSpace.areas.list
    let before = processes[task].objects.counts
    let now = ObjectCharges.Counts(
      areas: list.count, anonymous: list.anonymousCount, chains: list.anonymousCount + list.inheritedCount)
    guard now != before else { return }
    processes[task].objects.counts = now
    settle(now.areas - before.areas, "vm_area_struct", of: task)
    settle(now.chains - before.chains, "anon_vma_chain", of: task)
    settle(now.anonymous - before.anonymous, "anon_vma", of: task)
  }

  /// Notes that what a process has was charged to others than its present group.
  mutating func adoptObjects(of task: ProcessHandle) {
    let list = processes[task].addressSpace.areas.list
    processes[task].objects.counts = ObjectCharges.Counts(
      areas: list.count, anonymous: list.anonymousCount, chains: list.anonymousCount + list.inheritedCount)
  }

  /// Charges the group of a process for objects of a cache that it got, or gives the charge for some back.
  private mutating func settle(_ count: Int, _ cache: String, of task: ProcessHandle) {
    if count == 0 { return }
    let size = chargedSize(ofCache: cache)
    if count > 0 {
      let group = chargedGroup(of: task) ?? .root
      note(work: count)
      for _ in 0..<count where processes.isLiving(task) {
        chargeObject(size, kind: .unreclaimable, to: group, for: task)
        processes[task].objects.add(size, to: group)
      }
    } else {
      note(work: -count)
      for _ in 0..<(-count) {
        for share in processes[task].objects.remove(size) { dischargeObjects(share) }
      }
    }
  }

  /// What a process has in the kernel beside its mappings, in the order in which fork makes it.
  private static var forkedObjects: [String] {
    [
      "task_struct", "cred_jar", "files_cache", "anon_vma_chain", "sighand_cache", "signal_cache",
      "mm_struct",
      "pid",
    ]
  }

  /// Charges the group of a forking process for the objects that its child gets beside its mappings
  /// (`copy_process`, kernel/fork.c), and notes them as the child's.
  mutating func chargeForkedObjects(by parent: ProcessHandle?, into charges: inout ObjectCharges) {
    chargeObjects(Self.forkedObjects, by: parent, into: &charges)
  }

  /// Charges the group of a process for an object of each cache, and notes them.
  mutating func chargeObjects(
    _ names: [String], by parent: ProcessHandle?, into charges: inout ObjectCharges
  ) {
    guard let group = kernelGroup(of: parent) else { return }
    for name in names {
      let size = chargedSize(ofCache: name)
      chargeObject(size, kind: .unreclaimable, to: group, for: parent)
      charges.add(size, to: group)
    }
  }

  /// Gives back what groups are charged for the objects of a process that ends, one by one.
  mutating func dischargeObjects(of task: ProcessHandle) {
    guard !ledger.groups.isTrivial else { return }
    let counts = processes[task].objects.counts
    processes[task].objects.counts = ObjectCharges.Counts()
    settle(-counts.anonymous, "anon_vma", of: task)
    settle(-counts.chains, "anon_vma_chain", of: task)
    settle(-counts.areas, "vm_area_struct", of: task)
    for name in Self.forkedObjects.reversed() { settle(-1, name, of: task) }
    for share in processes[task].objects.removeAll() { dischargeObjects(share) }
  }

  /// Adds the nodes in which pages of a file are found that a process brings into memory.
  ///
  /// - Returns: how many are new and have to be charged.
  mutating func indexNodes(for pages: Range<UInt64>, of file: FileIdentifier, by task: ProcessHandle) -> Int {
    if ledger.groups.isTrivial { return 0 }
    // Who was killed for the nodes before these leaves the rest uncharged.
    let group = processes.isLiving(task) ? chargedGroup(of: task) ?? .root : .root
    let count = files.addIndexNodes(for: pages, of: file, to: group)
    return group == .root ? 0 : count
  }

  /// Charges the group of a process for new nodes of a file's index.
  mutating func chargeIndexNodes(_ count: Int, for task: ProcessHandle) {
    guard count > 0, processes.contains(task), let group = chargedGroup(of: task) else { return }
    let size = chargedSize(ofCache: "radix_tree_node")
    note(work: count)
    for _ in 0..<count { chargeObject(size, kind: .reclaimable, to: group, for: task) }
  }

  /// Frees nodes of a group's that hold nothing but what remains of pages, where there are many beside the group's pages
  /// (`count_shadow_nodes`, mm/workingset.c; `do_shrink_slab`, mm/vmscan.c).
  ///
  /// - Returns: how many went.
  @discardableResult
  mutating func shrinkShadowNodes(of group: MemoryGroup) -> Int {
    guard files.shadowNodeCounts.indices.contains(group.number), group != .root else { return 0 }
    var pages = PageListKind.allCases.reduce(0) { $0 + pageLists.count($1, in: group) }
    let control = ledger.groups[group]
    pages += (control.reclaimableBytes + control.unreclaimableBytes) / 4096
    let spare = files.shadowNodeCounts[group.number] - pages / 8
    guard spare > 0 else { return 0 }
    // Half of them are due, in batches; what is due and less than a batch waits for the next time.
    var due = min(reclaim[group].deferredNodes + spare / 2, 2 * spare)
    var freed = 0
    while due >= Self.shrinkerBatch || (due > 0 && due >= spare) {
      let batch = min(due, Self.shrinkerBatch)
      let nodes = files.forgetShadows(of: group, nodes: batch)
      for part in nodes { releaseIndexNodes(of: part.pages, in: part.file) }
      due -= batch
      freed += nodes.reduce(0) { $0 + $1.pages.count / 64 }
      if nodes.isEmpty { break }
    }
    reclaim[group].deferredNodes = due
    countInGroup(.reclaimedNodes, freed, group)
    return freed
  }

  /// How many objects a shrinker is asked for at a time (`SHRINK_BATCH`).
  private static var shrinkerBatch: Int { 128 }

  /// Frees such nodes of all groups (`drop_slab`): in so many rounds as the dentries and inodes that come free with them,
  /// which are not modelled, make the kernel do.
  mutating func dropShadowNodes() {
    guard !ledger.groups.isTrivial else { return }
    for _ in 0..<10 {
      for group in ledger.groups.subtree(of: .root) { shrinkShadowNodes(of: group) }
    }
  }

  /// Lets go of the nodes of a file's index under which there is nothing any more.
  mutating func releaseIndexNodes(of pages: Range<UInt64>, in file: FileIdentifier) {
    let size = chargedSize(ofCache: "radix_tree_node")
    for part in files.removeEmptyIndexNodes(of: pages, in: file) where part.group != .root {
      for _ in 0..<part.count { dischargeObject(size, kind: .reclaimable, of: part.group) }
    }
  }

  /// Charges a group for an object of the slab allocator (`obj_cgroup_charge`).
  mutating func chargeObject(_ size: Int, kind: ObjectKind, to group: MemoryGroup, for task: ProcessHandle?) {
    if group == .root { return }
    let pages = ledger.groups.takeObjectBytes(size, of: group)
    if pages > 0 {
      if !charge(pages, to: group, .GFP_KERNEL, for: task) {
        ledger.groups.chargeByForce(pages, to: group)
      }
      ledger.groups.addKernelPages(pages, to: group)
      let rest = pages * 4096 - size
      if rest > 0 { ledger.groups.keepObjectBytes(rest, of: group) }
    }
    ledger.groups.countObjects(size, kind: kind, of: group)
  }

  mutating func dischargeObjects(_ share: ObjectCharges.Share) {
    guard share.group != .root else { return }
    dischargeObject(share.bytes, kind: .unreclaimable, of: share.group)
  }

  /// Gives back what a group is charged for an object.
  mutating func dischargeObject(_ size: Int, kind: ObjectKind, of group: MemoryGroup) {
    if group == .root { return }
    ledger.groups.giveObjectBytes(size, of: group)
    ledger.groups.countObjects(-size, kind: kind, of: group)
  }

  /// What a group is charged for an object of a cache: its size and the pointer to whoever is charged
  /// (`obj_full_size`).
  mutating func chargedSize(ofCache name: String) -> Int {
    if let known = ledger.groups.objectSizes[name] { return known }
    let size = slab.objectSize(ofCache: name) + configuration.profile.wordSize
    ledger.groups.objectSizes[name] = size
    return size
  }
}
