// Saying in one sentence why memory was not there and who had to go.

import KernelText
import LinuxMemory

extension ReportFinding {
  private var report: KernelReport { facts.report }

  /// One sentence of at most 400 characters.
  var why: String {
    let parts = [shortage, choice].compactMap { $0 }
    guard !parts.isEmpty else { return "The report does not tell why: the lines that would are missing." }
    let text = parts.joined(separator: "; ")
    return text.count <= 399 ? text + "." : String(text.prefix(398)) + "…"
  }

  // MARK: Why memory was not there

  /// Why memory was not there.
  private var shortage: String? {
    switch cause {
    case .panic:
      let words = report.panic ?? ""
      if words.contains("deadlocked") {
        return "no killable process was left (\(whyNobody)), so the kernel panicked; \(holders)"
      }
      return "vm.panic_on_oom is set, so the kernel panicked instead of killing anyone; \(holders)"
    case .sysrq:
      let free = report.counts["free"].map { ", \(facts.size($0)) were free" } ?? ""
      return "somebody asked for a kill by hand (sysrq-f): memory had not run out\(free)"
    case .swapoff: return "swap was being turned off (swapoff), and what lay in it did not fit into RAM"
    case .memcgLimit: return groupShortage
    case .memoryPolicy: return policyShortage
    case .fragmentation: return fragmentation
    case .lowmem: return lowMemory
    case .atomic:
      let wait = report.request?.flagNames.map { $0.contains("ATOMIC") ? "GFP_ATOMIC" : "GFP_NOWAIT" }
      return
        "the request may not wait for memory to be reclaimed (\(wait ?? "atomic")), and the zones that it may use had "
        + "no page to spare for it (\(request.text)); \(holders)"
    case .pageFault:
      return
        "a page fault failed for want of memory although \(request.free) kB are free (\(request.text)): no request for "
        + "pages stands behind it (gfp_mask 0), but a limit of a group or a driver that returned VM_FAULT_OOM"
    case .vmalloc:
      return
        "the request was for kernel virtual memory (\(report.request?.failure ?? "vmalloc")), and its addresses were used up, "
        + "or it was larger than all of them: \(request.free) kB of pages are free"
    case .unclear:
      return
        "\(request.free) kB are free in zones that the request may use, far above their marks (\(request.text)): the "
        + "report does not show why it failed"
    case .minFree:
      let zone = report.zones.max { ($0.sizes["min"] ?? 0) < ($1.sizes["min"] ?? 0) }
      return
        "min_free_kbytes keeps too much: \(zone?.name ?? "?") has \(zone?.sizes["free"] ?? 0) kB free and its "
        + "mark (min) is \(zone?.sizes["min"] ?? 0) kB of \(zone?.sizes["managed"] ?? zone?.sizes["present"] ?? 0) kB"
    case .hugetlb:
      return
        "\(facts.size(facts.huge)) of \(all) are reserved as huge pages (hugetlb), \(facts.size(facts.freeHuge)) of "
        + "them in nobody's use"
    case .slab:
      let caches = report.slabCaches.sorted { $0.value > $1.value }.prefix(2).map {
        "\($0.name) \($0.value) KB"
      }
      return
        "the kernel's slab caches hold \(part(facts.slab)), \(facts.size(facts.pages("slab_unreclaimable"))) of it "
        + "unreclaimable" + (caches.isEmpty ? "" : " (\(caches.joined(separator: ", ")))")
    case .pageTables:
      let owner = report.tasks?.rows.max { ($0.pageTableBytes ?? 0) < ($1.pageTableBytes ?? 0) }
      let words = owner.flatMap { row in
        row.pageTableBytes.map {
          ", \(byteCountText(UInt64(max($0, 0)))) of it \(row.name)'s (\(row.process))"
        }
      }
      return "page tables hold \(part(facts.pageTables))\(words ?? "")"
    case .tmpfs:
      return
        "shared memory and files of a tmpfs such as /dev/shm (shmem) hold \(part(facts.shared)), all processes' "
        + "RSS together is \(facts.size(residentSum)): no kill gives it back"
    case .mlock:
      let owner = largestUnkillable.map {
        ", most of it \($0.name)'s (\($0.process)), which may not be killed (-1000)"
      }
      return "\(part(facts.unevictable)) are locked (mlock, unevictable)\(owner ?? "")"
    case .kernelPages:
      let held =
        facts.compressed > 0
        ? "; \(facts.size(facts.compressed)) are zram's or zswap's store"
        : report.compressesSwap
          ? "; swap is zram, whose store is among them (\(facts.size(facts.swapped)) lie in it)" : ""
      return
        "\(part(facts.unexplained ?? 0)) are unexplained: pages of the kernel that no counter owns (a driver, full "
        + "pipes, zram's store, a leak)\(held)"
    case .manySmall:
      guard let group = report.tasks?.groupsByName.first else { return nil }
      return "many small processes together: \(group.count) processes named \(group.name) hold "
        + "\(facts.size(group.pages)) in sum, the largest \(facts.size(largest?.residentPages ?? 0)); \(swapWords)"
    case .swapFull:
      return
        "swap is full (\(report.freeSwap ?? 0) kB of \(report.totalSwap ?? 0) kB free) and \(holders)\(many)"
    case .anonymous: return "\(holders), \(swapWords)\(many)"
    case .dying:
      return
        "the process was dying: the OOM killer had just killed it (\(previous ?? 0)), and this request of its last "
        + "work failed; \(holders)"
    case .unknown: return nil
    }
  }

  /// All RAM as a size.
  private var all: String { facts.ram.map(facts.size) ?? "all RAM" }

  /// `364.5 MiB of 452.3 MiB (80 %)`.
  private func part(_ pages: Int) -> String {
    guard let ram = facts.ram, ram > 0 else { return facts.size(pages) }
    return "\(facts.size(pages)) of \(all) (\(pages * 100 / ram) %)"
  }

  private var holders: String {
    guard !report.counts.isEmpty else { return "what held the memory is not told" }
    let largest = facts.shares.first { $0.name != "free" }
    switch largest?.name {
    case "anonymous"?: return "anonymous memory holds \(part(facts.anonymous))"
    case "anonymous and files"?: return "anonymous memory and files hold \(part(facts.mixedLists))"
    case let name?: return "\(name) memory holds \(part(largest?.pages ?? 0))"
    case nil: return "nothing that the report tells holds memory"
    }
  }

  /// Processes of one name that together hold more than the victim: it had to go as the largest one.
  private var many: String {
    guard let groups = report.tasks?.groupsByName, let first = groups.first, first.count > 2,
      first.pages > 2 * (victim?.heldPages ?? 0)
    else { return "" }
    let others = groups.dropFirst().first { $0.count > 2 && $0.pages > 2 * (victim?.heldPages ?? 0) }
    let more = others.map { ", \($0.count) of \($0.name) \(facts.size($0.pages))" } ?? ""
    return "; \(first.count) processes of \(first.name) together hold \(facts.size(first.pages))\(more)"
  }

  private var swapWords: String {
    guard let swap = facts.swap else { return "how much swap there is is not told" }
    if swap == 0 { return "there is no swap" }
    return "\(report.freeSwap ?? 0) kB of \(report.totalSwap ?? 0) kB of swap are free"
  }

  private var groupShortage: String {
    let path = report.verdict?.limitGroup ?? report.shortGroup ?? report.groupPath ?? "?"
    var words = "the group \(path) had reached its limit"
    if let kernel = report.kernelMemoryReached {
      words += " of kernel memory (memory.kmem.limit_in_bytes \(kernel) kB)"
    } else if let both = report.memoryAndSwapReached {
      words += " of memory and swap together (memory.memsw.limit_in_bytes \(both) kB)"
    } else if let memory = report.limit(.memory), let limit = memory.limit, limit < .max {
      words +=
        " (\(isOldGroup ? "memory.limit_in_bytes" : "memory.max") \(limit) kB, used \(memory.usage) kB)"
    }
    if let swap = report.limit(.swap), let limit = swap.limit {
      if limit == 0 {
        words += ", it may not swap"
      } else if swap.usage > 0 {
        words += ", \(swap.usage) kB of its swap\(limit < .max ? " of \(limit) kB" : "") used"
      }
    }
    if let usage = report.limit(.memory)?.usage, let holder = groupHolder, holder.bytes / 1024 * 2 > usage {
      words += ", \(byteCountText(UInt64(holder.bytes))) of it \(holder.name)"
    }
    if report.hasNoKillable { words += ", and no process of it may be killed (all are exempt)" }
    return words
  }

  /// What of a group's memory is not its processes' own.
  private var groupHolder: (name: String, bytes: Int)? {
    let statistics = report.groupStatistics
    let shared = statistics["shmem"] ?? 0
    let files = max((statistics["file"] ?? statistics["cache"] ?? 0) - shared, 0)
    let dirty = (statistics["file_dirty"] ?? statistics["dirty"] ?? 0)
    let waiting = (statistics["file_writeback"] ?? statistics["writeback"] ?? 0)
    let written = dirty + waiting > 0 ? ", \(byteCountText(UInt64(dirty + waiting))) not written yet" : ""
    return [
      ("shared memory and tmpfs (shmem)", shared), ("cached files\(written)", files),
      ("slab caches", statistics["slab"] ?? 0), ("page tables", statistics["pagetables"] ?? 0),
      ("buffers of sockets", statistics["sock"] ?? 0),
    ].max { $0.1 < $1.1 }
  }

  /// Whether the group is one of cgroup v1, whose files have other names.
  private var isOldGroup: Bool { report.limit(.memoryAndSwap) != nil || report.limit(.kernel) != nil }

  /// Why no process could be killed.
  private var whyNobody: String {
    guard let rows = report.tasks?.rows else { return "the report does not list the processes" }
    let mortal = rows.filter { $0.adjustment != -1000 && $0.process != 1 }
    if rows.isEmpty { return "there was none" }
    guard let first = mortal.first else { return "all have oom_score_adj -1000" }
    return
      "\(mortal.count) such as \(first.name) could be by their oom_score_adj; they were dying already, or starting"
  }

  private var policyShortage: String {
    let nodes = (report.boundNodes ?? []).sorted().map(String.init).joined(separator: ",")
    let isPolicy = report.verdict?.constraint == "CONSTRAINT_MEMORY_POLICY"
    var words =
      (isPolicy ? "a memory policy" : "a cpuset") + " bound the request to NUMA node \(nodes), which "
    if request.hasNone {
      let names = request.reachable.map(\.name).joined(separator: ", ")
      words += "has no zone that this request may use (only \(names))"
    } else {
      words += "is full (\(request.text))"
    }
    if let free = report.counts["free"] {
      let here = request.reachable.reduce(0) { $0 + ($1.sizes["free"] ?? 0) }
      words += " while \(max(free * facts.pageSize - here, 0)) kB are free on other nodes"
    }
    return words
  }

  private var fragmentation: String {
    let order = report.request?.order ?? 0
    return
      "memory is fragmented: \(request.free) kB are free, but the request was for \(facts.pageSize << min(order, 20)) kB in one "
      + "contiguous piece (order \(order)) and no free block that it may use is as large"
  }

  private var lowMemory: String {
    let elsewhere = "while \(freeElsewhere ?? 0) kB of high memory or other zones are free"
    guard !request.areEmpty else {
      return "this machine has no memory in the zone that the request may use (low memory: DMA) \(elsewhere)"
    }
    return
      "the zones that this request may use are exhausted (low memory: \(request.text)) \(elsewhere)"
      + (lowHolder.pages > 0 ? "; \(lowHolder.name) hold \(facts.size(lowHolder.pages)) of it" : "")
  }

  /// What holds most of the zones that the request may use.
  var lowHolder: (name: String, pages: Int) {
    func sum(_ names: [String]) -> Int {
      request.zones.reduce(0) { sum, zone in sum + names.reduce(0) { $0 + (zone.zone.sizes[$1] ?? 0) } }
        / facts.pageSize
    }
    let holders = [
      ("slab caches", facts.slab), ("files", sum(["active_file", "inactive_file"])),
      ("anonymous pages", sum(["active_anon", "inactive_anon"])),
    ]
    return holders.max { $0.1 < $1.1 } ?? ("slab caches", facts.slab)
  }

  // MARK: Who had to go

  /// Why it was this process.
  private var choice: String? {
    chosenWords.map { words in
      guard let child = report.sacrificed else { return words }
      return "\(words); \(child.name ?? "a child") (\(child.process)), its child, died in its place"
    }
  }

  private var chosenWords: String? {
    guard cause != .panic, let number = victimNumber else { return nil }
    let name =
      victim?.name ?? report.kills.first { $0.process == number }?.name ?? report.verdict?.name ?? "?"
    if cause == .swapoff { return "\(name) (\(number)), who did it, is taken before all others" }
    if report.kills.first?.reason == "oom_kill_allocating_task" {
      return "vm.oom_kill_allocating_task is set, so \(name) (\(number)), who was asking, had to go"
    }
    let thread = askerIsThread ? ", a thread of which (\(report.request?.name ?? "?")) may have asked" : ""
    guard let victim else { return "\(name) (\(number)) was killed" }
    if let adjustment = victim.adjustment, adjustment > 0, let largest, largest.heldPages > victim.heldPages {
      return "\(name) (\(number)) had to go for its oom_score_adj of \(adjustment), though \(largest.name) "
        + "(\(largest.process)) holds more\(thread)"
    }
    if ranking.isComplete, ranking.tasks.count == 1, ranking.tasks[0].process == number {
      return "\(name) (\(number)) was the only one left that may be killed\(thread)"
    }
    if let largest, largest.heldPages > victim.heldPages, let adjustment = largest.adjustment, adjustment < 0
    {
      return
        "\(name) (\(number)) has the highest badness, as \(largest.name) (\(largest.process)), which holds more, is "
        + "\(adjustment == -1000 ? "exempt" : "spared") (oom_score_adj \(adjustment))\(thread)"
    }
    let held = facts.size(victim.residentPages)
    let swapped = (victim.swapPages ?? 0) > 0 ? " and \(facts.size(victim.swapPages ?? 0)) in swap" : ""
    let isLargest = largest.map { $0.heldPages <= victim.heldPages } ?? false
    let rank =
      isLargest
      ? "is the largest" : ranking.tasks.first?.process == number ? "has the highest badness" : "was taken"
    return "\(name) (\(number)) \(rank): \(held) resident\(swapped)\(thread)"
  }
}
