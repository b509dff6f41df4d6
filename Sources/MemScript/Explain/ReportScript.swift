// A report as a script that leads a machine to the state that it tells of.

import KernelText
import LinuxMemory

/// The lines of a script after which a machine holds what a report's machine held, just before memory ended.
///
/// What a report tells is taken over: RAM, swap, the group and its limits, each process with what it holds in RAM and
/// swap, its page tables and `oom_score_adj`, shared memory, slab, page cache, pages that no counter owns. The last
/// memory is left out, as the kernel would end the script; a function takes it.
struct ReportScript {
  private let explanation: ReportExplanation
  private let facts: ReportFacts
  private var report: KernelReport { facts.report }
  private(set) var lines: [String] = []

  /// What a new process has resident, in pages: its program and libraries, which it shares with others.
  private static let programPages = 203
  /// What a new process alone holds, page tables and kernel stack included.
  private static let ownPages = 32
  private static let programTables = 13

  /// Writes the script of a report.
  init(_ explanation: ReportExplanation) {
    self.explanation = explanation
    facts = explanation.facts
    write()
  }

  /// A process to be made.
  private struct Planned {
    let row: TaskTable.Row
    let name: String
    /// Pages to be written and kept in RAM.
    var resident: Int
    let swapped: Int
    let tables: Int
    let isLocked: Bool
  }

  private mutating func write() {
    let release = report.processor?.release ?? "an unknown release"
    lines = [
      "# The state of a machine with Linux \(Self.plain(release, 64)) as its report tells it, just before the end."
    ]
    lines += notes.map { "# " + $0 }
    lines.append(machineLine)
    // Whoever runs the script is not there in the report: nobody takes it.
    lines += ["overcommit 1", "echo -1000 > /proc/self/oom_score_adj"]
    if killsAsker { lines.append("echo 1 > /proc/sys/vm/oom_kill_allocating_task") }
    if report.panic?.contains("panic_on_oom") == true {
      lines.append("echo \(report.panic?.contains("compulsory") == true ? 2 : 1) > /proc/sys/vm/panic_on_oom")
    }
    if explanation.cause == .minFree {
      let marks = report.zones.reduce(0) { $0 + ($1.sizes["min"] ?? 0) }
      lines.append("echo \(marks) > /proc/sys/vm/min_free_kbytes")
    }
    var planned = processes
    var kernel = kernelPages
    let wanted = planned.reduce(kernel.sum) {
      $0 + $1.resident + $1.tables + ($1.resident + $1.swapped) / 512 + Self.ownPages
    }
    // What does not fit, or fits just so, is the last step; it comes from what was growing.
    let surplus = max(wanted - freePages, 0)
    let grower = growing(planned)
    let last = kernel.takeBack(surplus, for: explanation.cause)
    if last == nil, let grower { planned[grower].resident -= min(surplus, planned[grower].resident) }
    addGroups()
    lines += kernel.calls(pageSize: facts.pageSize)
    if let highest = planned.map(\.row.process).max(), highest >= 32 << 10, !isNarrow {
      lines.append("echo \(4 << 20) > /proc/sys/kernel/pid_max")
    }
    for process in planned { add(process) }
    limitSwap()
    lines += [
      "# What was taken last: finish() brings the end that the report tells of.", "func finish() {",
    ]
    let free = max(freePages - wanted, 0) + max(report.freeSwap ?? 0, 0) / facts.pageSize
    switch explanation.kind {
    case .sysrq: lines.append("    echo f > /proc/sysrq-trigger")
    case .swapoff:
      let name = planned.first { $0.row.process == report.processor?.task }?.name ?? "swapoff"
      lines += ["    process \"\(name)\" {", "        swapoff -a", "    }"]
    default:
      let pages = surplus + free + (freePages + swapSize / facts.pageSize) / 4 + 4096
      lines += lastStep(last, pages: pages, by: grower.map { planned[$0].name })
    }
    lines.append("}")
  }

  /// The calls that take the last memory.
  private func lastStep(_ kind: KernelPages.Kind?, pages: Int, by name: String?) -> [String] {
    switch kind {
    case .shared?: ["    " + KernelPages.shared(pages, to: "last")]
    case .slab?: Self.untilSomebodyDies(KernelPages.slab(512))
    case .unowned?: Self.untilSomebodyDies(KernelPages.unowned(512))
    // Low memory cannot be taken by a process.
    case nil where explanation.cause == .lowmem: Self.untilSomebodyDies(KernelPages.slab(512))
    case nil:
      [
        "    process \"\(name ?? "last")\" {", "        q = mmap(0, \(room(pages)) * PAGE_SIZE)",
        "        write q, \(room(pages)) * PAGE_SIZE", "    }",
      ]
    }
  }

  /// As many pages as a process has addresses for.
  private func room(_ pages: Int) -> Int { isNarrow ? min(pages, (5 << 29) / 4096) : pages }

  /// A statement again and again until the OOM killer has come.
  private static func untilSomebodyDies(_ statement: String) -> [String] {
    ["    while field(\"/proc/vmstat\", \"oom_kill\") == 0 {", "        " + statement, "    }"]
  }

  /// What is not taken over.
  private var notes: [String] {
    var notes = [
      "Not taken over: parents, names beyond ASCII, what stands in files; a number that is taken is the next one."
    ]
    let kernel = report.processor?.release ?? ""
    if !kernel.isEmpty {
      notes.append("The machine's kernel is Linux \(machineKernel), the nearest that is simulated.")
    }
    if explanation.cause == .fragmentation {
      notes.append("Nor is the order in which free memory lies in pieces.")
    }
    if report.tasks == nil { notes.append("The report has no table of tasks: there are no processes.") }
    return notes
  }

  // MARK: The machine

  private var machineKernel: String {
    guard let release = report.releaseNumber, explanation.kind != .memcg else { return "6.1" }
    if release < ReleaseNumber(4) { return "3.10" }
    return release < ReleaseNumber(6, 8) ? "6.1" : "6.18"
  }

  private var isNarrow: Bool {
    report.zones.contains { $0.name == "HighMem" } || (report.highMemoryPages ?? 0) > 0
  }

  /// What a machine of this kind can have.
  private var profile: ArchitectureProfile {
    let settings = [("arch", isNarrow ? "i386" : "x86_64")]
    return ((try? MachineConfiguration(settings: settings)) ?? MachineConfiguration()).profile
  }

  /// RAM in MiB, rounded up, as firmware keeps some of it; no less and no more than a machine can have.
  private var memory: Int {
    let limits = profile.memoryLimits
    let wanted: Int
    if let ram = report.ramPages {
      wanted = (ram * facts.pageSize + 1023) / 1024
    } else {
      let limit = report.limit(.memory)?.limit ?? .max
      wanted = limit < .max ? max(limit / 1024 * 2 + 512, 1024) : 4096
    }
    return min(max(wanted, Int(limits.lowerBound >> 20)), Int(limits.upperBound >> 20))
  }

  /// Swap in KiB: what the report tells, or at least what processes have there.
  private var swapSize: Int {
    let used = (report.tasks?.rows.reduce(0) { $0 + ($1.swapPages ?? 0) } ?? 0) * facts.pageSize
    let swap = report.totalSwap ?? report.addedSwap ?? used
    guard swap > 0 else { return 0 }
    // The first page of an area is its head; mkswap makes none of fewer than ten.
    return min(max(swap + facts.pageSize, 40), Int(profile.swapLimit >> 10))
  }

  private var machineLine: String {
    let arch = isNarrow ? "i386" : "x86_64"
    return "machine ram=\(memory)M, swap=\(swapSize)K, kernel=\(machineKernel), arch=\(arch), thp=never"
  }

  /// Pages that can be filled before the kernel would look for somebody to kill.
  private var freePages: Int {
    if explanation.kind == .memcg, let limit = report.limit(.memory)?.limit, limit < .max {
      // Charges come in batches, and the kernel's objects count.
      return limit / facts.pageSize * 99 / 100 - 256
    }
    var configuration = MachineConfiguration()
    let settings = [
      ("ram", "\(memory)M"), ("swap", "\(swapSize)K"), ("kernel", machineKernel),
      ("arch", isNarrow ? "i386" : "x86_64"), ("thp", "never"),
    ]
    guard let read = try? MachineConfiguration(settings: settings, base: configuration) else { return 0 }
    configuration = read
    guard let machine = try? Machine(configuration: configuration) else { return 0 }
    var marks = machine.pageAllocator.zones.reduce(0) { $0 + $1.highWatermark }
    if explanation.cause == .minFree {
      marks = max(marks, report.zones.reduce(0) { $0 + ($1.sizes["high"] ?? 0) } / facts.pageSize / 2)
    }
    return machine.pageAllocator.freePageCount - 2 * marks - 512
  }

  // MARK: What no process holds

  private var kernelPages: KernelPages {
    guard explanation.kind != .memcg else {
      return KernelPages(shared: (report.groupStatistics["shmem"] ?? 0) / (facts.pageSize << 10))
    }
    guard let ram = facts.ram else { return KernelPages() }
    // A booted machine has slab, page cache and pages of its own.
    let unowned = (facts.unexplained ?? 0) + facts.huge + facts.compressed
    return KernelPages(
      shared: max(facts.shared - 800, 0), slab: facts.slab * 10 > ram ? facts.slab - ram / 32 : 0,
      unowned: unowned * 20 > ram ? unowned : 0)
  }

  /// Adds the group that had no room, and those above it.
  private mutating func addGroups() {
    guard explanation.kind == .memcg, let path = groupPath else { return }
    var above = "/sys/fs/cgroup"
    for part in path.split(separator: "/") {
      lines.append("echo +memory > \(above)/cgroup.subtree_control")
      above += "/" + part
      lines.append("mkdir -p \(above)")
    }
    if let limit = report.limit(.memory)?.limit, limit < .max {
      lines.append("echo \(limit)K > \(above)/memory.max")
    }
    if groupSwapLimit == 0 { lines.append("echo 0 > \(above)/memory.swap.max") }
  }

  /// What the group may have in swap, in KiB; nil for no limit.
  private var groupSwapLimit: Int? {
    if let both = report.limit(.memoryAndSwap)?.limit, let memory = report.limit(.memory)?.limit, both < .max
    {
      return max(both - memory, 0)
    }
    return report.limit(.swap)?.limit.flatMap { $0 < .max ? $0 : nil }
  }

  /// Limits the group's swap once everything lies where it should: of the swap cache the kernel frees nothing where no
  /// swap is left.
  private mutating func limitSwap() {
    guard explanation.kind == .memcg, let path = groupPath, let limit = groupSwapLimit, limit > 0 else {
      return
    }
    lines.append("echo \(limit)K > /sys/fs/cgroup/\(path)/memory.swap.max")
  }

  /// The path of the group in characters that need no quoting; nil where it has none, or is the root.
  private var groupPath: String? {
    guard let path = report.verdict?.limitGroup ?? report.shortGroup ?? report.groupPath else { return nil }
    // No kernel has a longer one (PATH_MAX).
    guard path.utf8.count < 4096 else { return nil }
    let parts = path.split(separator: "/").prefix(64).map {
      String($0.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-@:".contains($0)) ? $0 : "_" })
    }
    let usable = parts.filter { !$0.allSatisfy { $0 == "." } }
    return usable.isEmpty ? nil : usable.joined(separator: "/")
  }

  // MARK: Processes

  private var processes: [Planned] {
    var names: Set<String> = ["main", "init"]
    let rows = (report.tasks?.rows ?? []).filter { $0.process != 1 }
    // With cgroup v1 what the group has in swap is counted with its memory: pages in the swap cache are in both.
    var swapLeft = Int.max
    // More than the machine has cannot be.
    let (ram, swap) = ((memory << 10) / facts.pageSize, swapSize / facts.pageSize)
    if explanation.kind == .memcg, let both = report.limit(.memoryAndSwap), let memory = report.limit(.memory)
    {
      swapLeft = max(both.usage - memory.usage, 0) / facts.pageSize
    }
    let locked =
      explanation.cause == .mlock
      ? rows.filter { $0.adjustment == -1000 }.max { $0.heldPages < $1.heldPages } : nil
    return rows.map { row in
      var name = Self.plain(row.name)
      if !names.insert(name).inserted {
        let number = ".\(row.process)"
        name = name.prefix(15 - min(number.count, 14)) + number
        names.insert(name)
      }
      let shared = min(row.residentFilePages ?? Self.programPages, row.residentPages)
      let resident = min(
        max(row.residentPages - max(shared, Self.programPages), 0), ram)
      let swapped = min(row.swapPages ?? 0, swapLeft, swap)
      swapLeft -= swapped
      let tables = (row.pageTableBytes ?? 0) / (facts.pageSize << 10)
      return Planned(
        row: row, name: name, resident: resident, swapped: swapped,
        tables: max(tables - Self.programTables - (resident + swapped) / 512 - 2, 0),
        isLocked: row.process == locked?.process)
    }
  }

  /// Whether who asks is killed, whatever the others hold.
  private var killsAsker: Bool { report.kills.first?.reason == "oom_kill_allocating_task" }

  /// Who takes the last memory: the largest that may be killed, or whom asking killed.
  private func growing(_ planned: [Planned]) -> Int? {
    let victim = planned.firstIndex { $0.row.process == explanation.victim }
    if killsAsker, let victim { return victim }
    let largest = planned.indices.filter { planned[$0].row.adjustment ?? 0 > -1000 }.max { left, right in
      planned[left].resident < planned[right].resident
    }
    // Of many alike it is the one that died.
    if let victim, let largest, planned[victim].resident * 10 >= planned[largest].resident * 9 {
      return victim
    }
    return largest
  }

  private mutating func add(_ process: Planned) {
    // Who may not be killed may not be killed on the way either.
    var calls = ["echo \(process.row.adjustment ?? 0) > /proc/self/oom_score_adj"]
    let pages = process.resident + process.swapped
    let group = explanation.kind == .memcg ? groupPath.map { "/sys/fs/cgroup/" + $0 } : nil
    // Gigabytes do not go through a group of a megabyte: what lies in swap is written before the process joins it.
    let joinsLate =
      group != nil && process.swapped / 16 > (report.limit(.memory)?.limit ?? .max) / facts.pageSize
    if pages > 0 {
      calls.append("p = mmap(0, \(pages) * PAGE_SIZE)")
      // In parts, so that RAM holds what is not yet in swap.
      for part in parts(process.swapped) {
        calls.append("write p + \(part.lowerBound) * PAGE_SIZE, \(part.count) * PAGE_SIZE")
        calls.append("madvise(p + \(part.lowerBound) * PAGE_SIZE, \(part.count) * PAGE_SIZE, MADV_PAGEOUT)")
      }
      if joinsLate, let group { calls.append("echo $$ > \(group)/cgroup.procs") }
      if process.resident > 0 {
        calls.append("write p + \(process.swapped) * PAGE_SIZE, \(process.resident) * PAGE_SIZE")
      }
    }
    if process.tables > 8 {
      calls.append("t = mmap(0, \(process.tables) * 2M, PROT_READ)")
      calls.append("read t, \(process.tables) * 2M")
    }
    if process.isLocked { calls.append("mlockall(MCL_CURRENT)") }
    if process.row.user > 0, process.row.user < 1 << 31 { calls.append("setuid(\(process.row.user))") }
    let place = joinsLate ? "" : group.map { " in \"\($0)\"" } ?? ""
    if process.row.process < (isNarrow ? 32 << 10 : 4 << 20) {
      lines.append("echo \(process.row.process - 1) > /proc/sys/kernel/ns_last_pid")
    }
    lines.append("process \"\(process.name)\"\(place) {")
    lines += calls.map { "    " + $0 }
    lines.append("}")
  }

  /// A count of pages in parts of 64 MiB, at most 64 of them, and fewer of each of many processes.
  private func parts(_ pages: Int) -> [Range<Int>] {
    let most = max(min(64, 1 << 14 / max(report.tasks?.rows.count ?? 1, 1)), 1)
    let size = max(1 << 14, pages / most)
    return stride(from: 0, to: pages, by: size).map { $0..<min($0 + size, pages) }
  }

  /// A name in characters that a text of the language can hold as they are.
  private static func plain(_ name: String, _ length: Int = 15) -> String {
    let kept = name.prefix(length).map { character -> Character in
      character.isASCII && !character.isNewline && character >= " " && !"\"\\{}$".contains(character)
        && character != "\u{7f}"
        ? character : "_"
    }
    return kept.isEmpty ? "_" : String(kept)
  }
}

extension ReportExplanation {
  /// Whether the report has a table of tasks: without one a script makes no processes.
  package var hasTasks: Bool { report.tasks?.rows.isEmpty == false }

  /// A script after which a machine holds what the report's machine held, just before memory ended; its function
  /// `finish()` takes what was taken last.
  public var script: String { ReportScript(self).lines.joined(separator: "\n") + "\n" }
}
