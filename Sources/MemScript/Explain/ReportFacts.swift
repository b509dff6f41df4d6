// Numbers that follow from a report: pages of one size, totals, shares.

import KernelText

/// What a report's numbers come to.
///
/// All counts are pages. A number is nil where a line that it needs is missing: nothing is guessed.
struct ReportFacts: Sendable {
  /// The report.
  let report: KernelReport
  /// KiB of a page.
  let pageSize: Int
  /// RAM that the page allocator has.
  let ram: Int?
  /// All swap.
  let swap: Int?
  /// What the scores are measured against (`oom_control.totalpages`).
  let total: Int?

  /// Works the numbers out.
  init(_ report: KernelReport) {
    self.report = report
    let pageSize = Self.pageSize(of: report)
    self.pageSize = pageSize
    if let ram = report.ramPages, let reserved = report.reservedPages, reserved <= ram {
      self.ram = ram - reserved
    } else {
      ram = Self.ramOfZones(report, pageSize: pageSize)
    }
    let isCounted = report.ramPages != nil
    swap = report.totalSwap.map { max($0, 0) / pageSize }
    total = Self.total(of: report, pageSize: pageSize, ram: isCounted ? ram : nil, swap: swap)
  }

  /// The smallest block of the page allocator is a page; a report of a group tells no blocks, but sizes in both units.
  private static func pageSize(of report: KernelReport) -> Int {
    let sizes = report.zones.compactMap { $0.freeBlocks?.blocks.first?.kilobytes }
    if let size = sizes.first, [4, 8, 16, 32, 64, 256].contains(size) { return size }
    if let kill = report.kills.last,
      let row = report.tasks?.rows.first(where: { $0.process == kill.process }),
      row.virtualPages > 0, let size = kill.sizes["total-vm"], size % row.virtualPages == 0
    {
      let size = size / row.virtualPages
      if [4, 8, 16, 32, 64, 256].contains(size) { return size }
    }
    return 4
  }

  /// RAM by the zones, where their lines tell of all that is free.
  private static func ramOfZones(_ report: KernelReport, pageSize: Int) -> Int? {
    guard let free = report.counts["free"], !report.zones.isEmpty else { return nil }
    let managed = report.zones.compactMap { $0.sizes["managed"] ?? $0.sizes["present"] }
    let seen = report.zones.reduce(0) { $0 + ($1.sizes["free"] ?? 0) } / pageSize
    guard managed.count == report.zones.count, abs(seen - free) * 20 <= free + 1000 else { return nil }
    return managed.reduce(0, +) / pageSize
  }

  private static func total(of report: KernelReport, pageSize: Int, ram: Int?, swap: Int?) -> Int? {
    if report.isGroupShortage { return groupTotal(of: report, pageSize: pageSize) }
    guard let swap else { return nil }
    // A memory policy or cpuset measures against its own nodes (`constrained_alloc`), absent pages included.
    if let nodes = report.boundNodes {
      let sizes = report.zones.filter { nodes.contains($0.node) }.map { $0.sizes["present"] }
      guard !sizes.isEmpty, !sizes.contains(nil) else { return nil }
      return swap + sizes.reduce(0) { $0 + ($1 ?? 0) } / pageSize
    }
    return ram.map { $0 + swap }
  }

  /// The limit, and what swap allows beyond it (`mem_cgroup_get_max`).
  private static func groupTotal(of report: KernelReport, pageSize: Int) -> Int? {
    guard let memory = report.limit(.memory)?.limit, memory < .max else { return nil }
    let beyond: Int
    if let both = report.limit(.memoryAndSwap) {
      guard let limit = both.limit else { return nil }
      beyond = limit < .max ? max(limit - memory, 0) : .max
    } else if let swap = report.limit(.swap) {
      guard let limit = swap.limit else { return nil }
      beyond = limit
    } else {
      return nil
    }
    if beyond == 0 { return memory / pageSize }
    // How much swap there is, a group's report does not tell; but at least what is used.
    let used = (report.tasks?.rows.reduce(0) { $0 + ($1.swapPages ?? 0) } ?? 0) * pageSize
    if used >= beyond { return (memory + beyond) / pageSize }
    let swaps = used > 0 || (report.limit(.swap)?.usage ?? 0) > 0 || report.groupStatistics["swap"] ?? 0 > 0
    guard let added = report.addedSwap ?? (swaps ? nil : 0) else { return nil }
    return (memory + min(beyond, max(added, used))) / pageSize
  }

  // MARK: What held the memory

  /// A part of the memory.
  struct Share: Sendable {
    /// What it is, in the kernel's words.
    let name: String
    /// How much, in pages.
    let pages: Int
  }

  /// A count of the whole machine; 0 where it is not told.
  func pages(_ name: String) -> Int { report.counts[name] ?? 0 }

  /// Private anonymous memory: the lists of anonymous pages hold shared memory as well.
  var anonymous: Int {
    max(pages("active_anon") + pages("inactive_anon") + pages("isolated_anon") - shared, 0)
  }

  /// The lists of pages in use, where a release has one for anonymous pages and files (before 2.6.28).
  var mixedLists: Int { pages("Active") + pages("inactive") }

  /// Shared memory and files of tmpfs.
  var shared: Int { pages("shmem") }

  /// Cached files.
  var files: Int { pages("active_file") + pages("inactive_file") + pages("isolated_file") }

  /// Pages that reclaim may not take: locked ones above all.
  var unevictable: Int { pages("unevictable") }

  /// The kernel's objects.
  var slab: Int { pages("slab_reclaimable") + pages("slab_unreclaimable") + pages("slab") }

  /// Page tables.
  var pageTables: Int { pages("pagetables") + pages("sec_pagetables") }

  /// Stacks of the kernel.
  var stacks: Int { sum("kernel_stack") / pageSize }

  /// Free pages, those on the lists of processors included.
  var free: Int { pages("free") + pages("free_pcp") }

  /// Pages reserved as huge pages.
  var huge: Int { report.hugePages.reduce(0) { $0 + min($1.total, 1 << 30) * ($1.size / pageSize) } }

  /// Of these, those that nobody uses.
  var freeHuge: Int { report.hugePages.reduce(0) { $0 + min($1.free, 1 << 30) * ($1.size / pageSize) } }

  /// Pages of zswap's and zram's store, where the report tells them.
  var compressed: Int { report.zones.reduce(0) { $0 + ($1.sizes["zspages"] ?? 0) } / pageSize }

  /// Pages in swap.
  var swapped: Int {
    guard let total = report.totalSwap, let free = report.freeSwap else { return 0 }
    return max(total - max(free, 0), 0) / pageSize
  }

  /// What the processes of the table do not hold of what is anonymous, in RAM and in swap, where that is much; nil where it
  /// is not, or cannot be told.
  var unlisted: Int? {
    guard !report.isGroupShortage, let table = report.tasks, report.counts["inactive_anon"] != nil else {
      return nil
    }
    let held = table.rows.reduce(0) { $0 + $1.residentPages + ($1.swapPages ?? 0) }
    let missing = anonymous + swapped - held
    return missing * 3 > anonymous + swapped && missing * 10 > (ram ?? 0) ? missing : nil
  }

  /// A size of all nodes, or of all zones where nodes do not tell it; KiB.
  private func sum(_ name: String) -> Int {
    let nodes = report.nodes.compactMap { $0.sizes[name] }
    return (nodes.isEmpty ? report.zones.compactMap { $0.sizes[name] } : nodes).reduce(0, +)
  }

  /// RAM that no number of the report owns; nil where a part of the sum is missing.
  var unexplained: Int? {
    guard let ram, report.counts["free"] != nil, report.counts["inactive_anon"] != nil || mixedLists > 0
    else { return nil }
    let lists = anonymous + shared + files + unevictable + mixedLists
    return max(ram - lists - slab - pageTables - stacks - free - huge - compressed, 0)
  }

  /// The parts of RAM, largest first.
  var shares: [Share] {
    guard !report.counts.isEmpty else { return [] }
    let all = [
      Share(name: "anonymous", pages: anonymous), Share(name: "anonymous and files", pages: mixedLists),
      Share(name: "shared (shmem, tmpfs)", pages: shared),
      Share(name: "files", pages: files), Share(name: "locked (unevictable)", pages: unevictable),
      Share(name: "slab", pages: slab), Share(name: "page tables", pages: pageTables),
      Share(name: "kernel stacks", pages: stacks), Share(name: "huge pages", pages: huge),
      Share(name: "compressed", pages: compressed), Share(name: "free", pages: free),
      Share(name: "unexplained", pages: unexplained ?? 0),
    ]
    return all.filter { $0.pages > 0 }.sorted { $0.pages > $1.pages }
  }

  /// Pages as bytes.
  func bytes(_ pages: Int) -> UInt64 {
    // A hostile report can tell more than 64 bits hold.
    UInt64(min(max(pages, 0), 1 << 44)) * (UInt64(pageSize) << 10)
  }

  /// Pages as a size that people read.
  func size(_ pages: Int) -> String { byteCountText(bytes(pages)) }
}

extension KernelReport {
  /// Whether a group had no room, and not the machine.
  var isGroupShortage: Bool {
    verdict?.constraint == "CONSTRAINT_MEMCG" || verdict?.limitGroup != nil || shortGroup != nil
      || kills.last?.isGroup == true || !groupLimits.isEmpty
  }

  /// Use and limit of one kind.
  func limit(_ kind: GroupLimit.Kind) -> GroupLimit? { groupLimits.first { $0.kind == kind }?.limit }

  /// The nodes to which a memory policy or a cpuset bound the request; nil where nothing did.
  var boundNodes: Set<Int>? {
    if isGroupShortage { return nil }
    switch verdict?.constraint {
    case "CONSTRAINT_MEMORY_POLICY"?: return Self.nodes(verdict?.nodes)
    case "CONSTRAINT_CPUSET"?: return Self.nodes(verdict?.allowedNodes)
    case nil:
      // Before Linux 5.0 a cpuset binds where it leaves nodes out that have memory: their zones are not shown.
      guard let nodes = Self.nodes(allowedNodes), let ram = ramPages, !zones.isEmpty else { return nil }
      let shown = zones.filter { nodes.contains($0.node) }
      guard shown.count == zones.count else { return nodes }
      let present = zones.reduce(0) { $0 + ($1.sizes["present"] ?? $1.sizes["managed"] ?? 1 << 40) }
      return present / 4 < ram / 10 * 9 ? nodes : nil
    default: return nil
    }
  }

  private static func nodes(_ list: String?) -> Set<Int>? {
    var nodes: Set<Int> = []
    for part in (list ?? "").split(separator: ",") {
      let ends = part.split(separator: "-").map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last, last < 4096 else {
        return nil
      }
      nodes.formUnion(first...last)
    }
    return nodes.isEmpty ? nil : nodes
  }

  /// The limit of memory and swap together, in KiB, where that one was reached and not the one of memory (cgroup v1).
  var memoryAndSwapReached: Int? {
    guard let both = limit(.memoryAndSwap), let most = both.limit, both.usage >= most,
      let memory = limit(.memory), memory.limit.map({ memory.usage < $0 }) ?? true
    else { return nil }
    return most
  }

  /// The limit of the kernel's memory, in KiB, where that one was reached and not the one of memory (cgroup v1).
  var kernelMemoryReached: Int? {
    guard let kernel = limit(.kernel), let most = kernel.limit, kernel.usage >= most,
      let memory = limit(.memory), memory.limit.map({ memory.usage < $0 / 8 * 7 }) ?? true
    else { return nil }
    return most
  }

  /// Who was chosen, where the kernel tells it before it kills.
  var announced: KillLine? { kills.first { $0.isAnnouncement && !$0.isSharing } }

  /// Who died first.
  var killed: KillLine? { kills.first { !$0.isAnnouncement } }

  /// The child that died in the place of who was chosen, before Linux 5.3; nil where nobody did. A chosen one that is
  /// not in the table is a thread of who died.
  var sacrificed: KillLine? {
    guard let announced, let killed, announced.process != killed.process else { return nil }
    let isListed = tasks?.rows.contains { $0.process == announced.process } ?? (announced.name != killed.name)
    return isListed || announced.name != killed.name ? killed : nil
  }

  /// The release as numbers.
  var releaseNumber: ReleaseNumber? { processor?.release.flatMap(ReleaseNumber.init) }
}
