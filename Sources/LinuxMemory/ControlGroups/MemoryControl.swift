// One group as the memory controller sees it.

/// The limits of a group and what it has been charged (`struct mem_cgroup`).
package struct MemoryControl: Sendable, Equatable, Codable {
  /// The group above; nil for the root.
  package let parent: MemoryGroup?
  /// The group of processes that it belongs to.
  package let home: ControlGroupID
  /// How far below the root it is.
  package let level: Int
  /// The groups below that have the controller, the oldest first.
  package internal(set) var children: [MemoryGroup] = []
  /// Whether somebody can still enter it; one that was removed stays as long as something is charged to it.
  package internal(set) var isOnline = true
  /// Memory.
  package internal(set) var memory = PageCounter()
  /// Swap.
  package internal(set) var swap = PageCounter()
  /// How many of the group's own pages serve the kernel: page tables, stacks, and pages for objects (`MEMCG_KMEM`).
  package internal(set) var kernelPages = 0
  /// Swap slots that hold the group's own pages.
  package internal(set) var swappedPages = 0
  /// Bytes of objects that are charged.
  var objectBytes = 0
  /// Bytes that are charged and that no object uses (`nr_charged_bytes`).
  var looseBytes = 0
  /// Bytes of objects in caches that can be shrunk.
  package internal(set) var reclaimableBytes = 0
  /// Bytes of other objects.
  package internal(set) var unreclaimableBytes = 0
  /// Bytes of per-CPU memory for the groups below.
  package internal(set) var perCPUBytes = 0
  /// Whether the OOM killer takes all processes or none (`memory.oom.group`).
  package internal(set) var killsTogether = false
  /// The events of the group and all below.
  package internal(set) var events = MemoryEventCounts()
  /// The group's own events.
  package internal(set) var localEvents = MemoryEventCounts()
  /// What its processes and pages did.
  package internal(set) var counts = GroupCounts()
  /// What zswap may hold of the group's pages, in pages; zswap is not modelled, so it holds none.
  package internal(set) var zswapMaximum = PageCounter.unlimited
}
