// Charging the kernel's small objects by bytes.

/// How `memory.stat` counts the bytes of an object.
enum ObjectKind {
  /// In `slab_reclaimable`.
  case reclaimable
  /// In `slab_unreclaimable`.
  case unreclaimable
  /// In `percpu`.
  case perCPU
}

extension MemoryGroups {
  private static let pageSize = 4096

  /// Takes bytes for an object out of what is charged already (`consume_obj_stock`).
  ///
  /// - Returns: how many pages have to be charged first; 0 when it is done.
  mutating func takeObjectBytes(_ bytes: Int, of group: MemoryGroup) -> Int {
    if stock.objectGroup == group, stock.bytes >= bytes {
      stock.bytes -= bytes
      return 0
    }
    return (bytes + Self.pageSize - 1) / Self.pageSize
  }

  /// Keeps what an object leaves of pages that were charged for it (`refill_obj_stock`).
  mutating func keepObjectBytes(_ bytes: Int, of group: MemoryGroup) {
    refill(bytes, of: group, givesBack: false)
  }

  /// Gives the bytes of an object back (`obj_cgroup_uncharge`).
  mutating func giveObjectBytes(_ bytes: Int, of group: MemoryGroup) {
    refill(bytes, of: group, givesBack: true)
  }

  /// Puts bytes into the stock; whole pages leave it again where they may, but for the last one.
  private mutating func refill(_ bytes: Int, of group: MemoryGroup, givesBack: Bool) {
    let isForeign = stock.objectGroup != group
    openObjectStock(for: group)
    stock.bytes += bytes
    guard givesBack || isForeign, stock.bytes > Self.pageSize else { return }
    let pages = stock.bytes / Self.pageSize
    stock.bytes %= Self.pageSize
    if pages > 0 { unchargeKernel(pages, of: group) }
  }

  /// Notes pages that serve the kernel and are charged.
  mutating func addKernelPages(_ pages: Int, to group: MemoryGroup) { self[group].kernelPages += pages }

  /// Counts bytes of objects that came or went, for `slab_reclaimable` and `slab_unreclaimable`, which hear of them
  /// late (`mod_objcg_state`).
  mutating func countObjects(_ bytes: Int, kind: ObjectKind, of group: MemoryGroup) {
    self[group].objectBytes += bytes
    if kind == .perCPU {
      self[group].perCPUBytes += bytes
      return
    }
    openObjectStock(for: group)
    let isReclaimable = kind == .reclaimable
    let path = isReclaimable ? \ChargeStock.reclaimableBytes : \ChargeStock.unreclaimableBytes
    let isFirst = stock[keyPath: path] == 0
    stock[keyPath: path] += bytes
    let stocked = stock[keyPath: path]
    guard !isFirst, abs(stocked) > Self.pageSize else { return }
    stock[keyPath: path] = 0
    if isReclaimable {
      self[group].reclaimableBytes += stocked
    } else {
      self[group].unreclaimableBytes += stocked
    }
  }

  /// Lets the parent of a group that closes be charged for its objects (`memcg_reparent_objcgs`); the root is charged for
  /// none.
  ///
  /// - Parameter pages: how many of the group's pages are for objects.
  /// - Returns: the parent.
  mutating func passObjects(of group: MemoryGroup, pages: Int) -> MemoryGroup {
    let parent = self[group].parent ?? .root
    if stock.objectGroup == group { drainObjects() }
    let control = self[group]
    self[group].kernelPages -= pages
    self[group].objectBytes = 0
    self[group].looseBytes = 0
    self[group].reclaimableBytes = 0
    self[group].unreclaimableBytes = 0
    if parent == .root {
      uncharge(pages, of: group)
      return parent
    }
    self[group].memory.usage -= pages
    updateProtection(of: group)
    self[parent].kernelPages += pages
    self[parent].objectBytes += control.objectBytes
    self[parent].looseBytes += control.looseBytes
    self[parent].reclaimableBytes += control.reclaimableBytes
    self[parent].unreclaimableBytes += control.unreclaimableBytes
    return parent
  }

  private mutating func openObjectStock(for group: MemoryGroup) {
    guard stock.objectGroup != group else { return }
    drainObjects()
    stock.objectGroup = group
    stock.bytes = self[group].looseBytes
    self[group].looseBytes = 0
  }

  /// Gives the bytes in stock back to their group (`drain_obj_stock`).
  mutating func drainObjects() {
    guard let group = stock.objectGroup else { return }
    let pages = stock.bytes / Self.pageSize
    self[group].looseBytes += stock.bytes % Self.pageSize
    self[group].reclaimableBytes += stock.reclaimableBytes
    self[group].unreclaimableBytes += stock.unreclaimableBytes
    stock.objectGroup = nil
    stock.bytes = 0
    stock.reclaimableBytes = 0
    stock.unreclaimableBytes = 0
    if pages > 0 { unchargeKernel(pages, of: group) }
  }
}
