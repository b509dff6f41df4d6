// What would have changed the end that a report tells of.

import KernelText
import LinuxMemory

/// What would have saved the victim, with the smallest amounts that the report lets one tell.
struct ReportRescue: Sendable {
  /// One sentence for each.
  private(set) var lines: [String] = []

  /// Works them out.
  init(_ facts: ReportFacts, finding: ReportFinding, ranking: ReportRanking) {
    addCause(facts, finding)
    addAdjustment(facts, finding, ranking)
  }

  private mutating func addCause(_ facts: ReportFacts, _ finding: ReportFinding) {
    let report = facts.report
    switch finding.cause {
    case .panic:
      lines.append(
        report.panic?.contains("deadlocked") == true
          ? report.tasks.map { $0.rows.contains { $0.adjustment != -1000 && $0.process != 1 } } == true
            ? "more RAM: nobody was left who gives memory back"
            : "one process with an oom_score_adj above -1000"
          : "sysctl vm.panic_on_oom=0 kills a process instead")
    case .sysrq: lines.append("nobody writing f to /proc/sysrq-trigger")
    case .swapoff:
      lines.append(
        "ending a process before swapoff, so that \(report.freeSwap.map { "\(max(-$0, 0)) kB" } ?? "what lies in swap") fits into RAM"
      )
    case .memcgLimit: addGroup(facts)
    case .memoryPolicy:
      lines.append(
        report.verdict?.constraint == "CONSTRAINT_MEMORY_POLICY"
          ? "a policy that prefers the node and does not bind to it (MPOL_PREFERRED)"
          : "more nodes in the cpuset (cpuset.mems)")
    case .fragmentation:
      lines.append(
        "echo 1 > /proc/sys/vm/compact_memory before the request, or a request of pages instead of one piece")
    case .lowmem:
      lines.append(
        finding.request.areEmpty
          ? "a request that names no zone: this machine has no memory for GFP_DMA"
          : finding.lowHolder.name == "slab caches"
            ? "a 64-bit kernel, or fewer of the kernel's objects: high memory cannot hold them"
            : "a 64-bit kernel: all its memory can serve such a request")
    case .atomic:
      let marks = report.zones.reduce(0) { $0 + ($1.sizes["min"] ?? 0) }
      lines.append(
        "a higher vm.min_free_kbytes (the marks of these zones are \(marks) kB) keeps pages for such requests"
      )
    case .vmalloc:
      lines.append("a smaller request, or more addresses for vmalloc (vmalloc=SIZE at boot, with 32 bits)")
    case .pageFault, .unclear: break
    case .minFree:
      let managed = report.zones.reduce(0) { $0 + ($1.sizes["managed"] ?? 0) }
      lines.append("sysctl vm.min_free_kbytes=\(managed / 100), which is 1 % of these zones")
    case .hugetlb:
      if let size = report.hugePages.first(where: { $0.free > 0 }) {
        lines.append(
          "sysctl vm.nr_hugepages=\(max(size.total - size.free, 0)): \(size.free) pages of \(size.size) kB are in nobody's use"
        )
      } else {
        lines.append("fewer huge pages (vm.nr_hugepages)")
      }
    case .slab:
      lines.append(
        "whatever makes the kernel's objects: slabtop tells which, echo 2 > /proc/sys/vm/drop_caches frees what can be"
      )
    case .pageTables:
      lines.append(
        "huge pages, or fewer mappings of the same memory: each process has page tables of its own")
    case .tmpfs:
      lines.append(
        "removing files there, or a size= for the tmpfs: \(facts.size(facts.shared)) would come back")
    case .mlock:
      lines.append(
        "less locked memory (RLIMIT_MEMLOCK): \(facts.size(facts.unevictable)) cannot be swapped or dropped")
    case .kernelPages:
      lines.append(
        facts.swapped * 4 > facts.unexplained ?? 0
          ? "whatever owns the unexplained pages; where swap is zram, its store is among them, and who has most in swap gives it back"
          : "whatever owns the unexplained pages: no kill of a process gives them back")
    case .manySmall:
      if let group = report.tasks?.groupsByName.first, group.count > 0 {
        lines.append(
          "fewer of the \(group.count) processes named \(group.name): each holds \(facts.size(group.pages / group.count))"
        )
      }
    case .dying: lines.append("nothing: the process was being killed already")
    case .swapFull, .anonymous:
      if let groups = report.tasks?.groupsByName, let first = groups.first, first.count > 2,
        first.pages > 2 * (finding.victim?.heldPages ?? 0)
      {
        lines.append(
          "fewer processes of \(first.name) (\(first.count), each \(facts.size(first.pages / first.count))), or a limit for them together"
        )
      }
      lines.append("more RAM or swap than what grows takes, or a limit of its own for it (memory.max)")
    case .unknown: break
    }
    if report.kills.first?.reason == "oom_kill_allocating_task" {
      lines.append("sysctl vm.oom_kill_allocating_task=0 takes the largest instead")
    }
  }

  private mutating func addGroup(_ facts: ReportFacts) {
    let report = facts.report
    if let kernel = report.kernelMemoryReached {
      lines.append("a higher memory.kmem.limit_in_bytes (\(kernel) kB)")
      return
    }
    if let both = report.memoryAndSwapReached {
      lines.append(
        "a higher memory.memsw.limit_in_bytes (\(both) kB): memory.limit_in_bytes alone does not help")
      return
    }
    guard let memory = report.limit(.memory), let limit = memory.limit, limit < .max else {
      lines.append("a higher limit of the group")
      return
    }
    let held = report.tasks?.rows.reduce(0) { $0 + $1.residentPages + ($1.swapPages ?? 0) } ?? 0
    let kilobytes = Int(clamping: facts.bytes(held) >> 10)
    let least = kilobytes > limit ? " (its processes hold \(kilobytes) kB, swap included)" : ""
    lines.append("a limit above \(limit) kB\(least): how much it takes, its peak without a limit would tell")
    if let both = report.limit(.memoryAndSwap), let most = both.limit, most < .max,
      both.usage > most - most / 64
    {
      lines.append("memory.memsw.limit_in_bytes has to be raised with it (\(both.usage) kB of \(most) kB)")
    }
    if let swap = report.limit(.swap), let most = swap.limit, swap.usage >= most || most == 0 {
      lines.append("swap for the group (memory.swap.max above \(most) kB)")
    }
  }

  /// The smallest change of the victim's adjustment that would have made another go.
  private mutating func addAdjustment(
    _ facts: ReportFacts, _ finding: ReportFinding, _ ranking: ReportRanking
  ) {
    guard let victim = finding.victim, let adjustment = victim.adjustment, ranking.isComplete,
      let total = facts.total, total >= 1000,
      let first = ranking.tasks.first, first.process == victim.process
    else { return }
    guard let next = ranking.tasks.dropFirst().first else {
      lines.append("no adjustment: there was nobody else to take")
      return
    }
    let step = total / 1000
    let lower = adjustment - ((first.badness - next.badness) / step + 1)
    lines.append(
      lower > -1000
        ? "oom_score_adj \(lower) for \(victim.name) (\(victim.process)): then \(next.name) (\(next.process)) goes"
        : "oom_score_adj -1000 for \(victim.name) (\(victim.process)): then \(next.name) (\(next.process)) goes"
    )
  }
}
