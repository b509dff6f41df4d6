// Plausible scripts by chance: what people write, with arguments that nobody would.

/// Makes scripts from a seed, a list of top-level statements each.
public struct ScriptGenerator {
  private var state: UInt64

  /// Makes a generator; the same seed gives the same scripts.
  public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

  private mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }
  private mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }
  private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// The statements of one script.
  public mutating func script() -> [String] {
    var statements: [String] = []
    if chance(70) { statements.append(machine()) }
    statements.append("a = NULL; b = NULL; k = NULL; v = NULL; f = NULL; n = 0")
    for _ in 0..<(4 + below(24)) { statements.append(statement(depth: 0)) }
    return statements
  }

  private mutating func machine() -> String {
    var settings: [String] = []
    settings.append("ram=" + pick(["128M", "160M", "256M", "512M", "1G", "3G", "64G", "1T"]))
    if chance(50) { settings.append("swap=" + pick(["0", "64M", "512M", "4G"])) }
    if chance(30) { settings = ["arch=i386", "ram=" + pick(["64M", "256M", "1G", "4G"])] }
    if chance(30) { settings.append("thp=" + pick(["always", "madvise", "never"])) }
    if chance(20) { settings.append("cpus=" + pick(["1", "2", "4"])) }
    if chance(20) { settings.append("kernel=" + pick(["6.1", "6.18", "3.10"])) }
    if chance(20) { settings.append("aslr=\(below(1000))") }
    if chance(30) { settings.append("disk=" + pick(["64M", "1G"])) }
    return "machine " + settings.joined(separator: ", ")
  }

  // MARK: Values

  /// Numbers at the borders of what C types hold.
  private static let hostile = [
    "0", "1", "-1", "2", "7", "8", "24", "4095", "4096", "4097", "128K", "1M", "2M", "100M", "1G", "8G", "1T",
    "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296", "-4294967296",
    "9223372036854775807", "-9223372036854775808", "0xffffffffffffffff", "0x8000000000000000",
    "0x7ffffffff000",
  ]

  private mutating func number() -> String {
    switch below(10) {
    case 0...4: pick(["0", "1", "24", "100", "4K", "64K", "1M", "16M", "64M", "200M"])
    case 5: "\(below(1 << 20))"
    case 6: "n"
    default: pick(Self.hostile)
    }
  }

  private mutating func pointer() -> String {
    switch below(10) {
    case 0...5: pick(["a", "b", "k", "v"])
    case 6: pick(["a", "b"]) + " + " + pick(["1", "8", "16", "4096", "1M"])
    case 7: pick(["a", "b"]) + " - " + pick(["8", "16", "4096"])
    case 8: "NULL"
    default: "pointer(\(pick(Self.hostile)))"
    }
  }

  // MARK: Statements

  private mutating func statement(depth: Int) -> String {
    switch below(depth > 2 ? 6 : 9) {
    case 0...2: return call()
    case 3: return kernelCall()
    case 4, 5: return shell()
    case 6:
      let body = (0..<(1 + below(4))).map { _ in statement(depth: depth + 1) }.joined(separator: "\n")
      return "process \(pick(["p1", "p2", "p3"])) {\n\(body)\n}"
    case 7:
      let body = (0..<(1 + below(3))).map { _ in statement(depth: depth + 1) }.joined(separator: "\n")
      return "for i in 0..<\(pick(["1", "3", "10", "60"])) {\n\(body)\n}"
    default:
      return "if \(pointer()) == NULL { n = \(number()) } else { \(call()) }"
    }
  }

  private mutating func call() -> String {
    let target = pick(["a", "b"])
    switch below(34) {
    case 0...3: return "\(target) = malloc(\(number()))"
    case 4: return "\(target) = calloc(\(number()), \(number()))"
    case 5: return "\(target) = realloc(\(pointer()), \(number()))"
    case 6: return "\(target) = memalign(\(number()), \(number()))"
    case 7: return "\(target) = aligned_alloc(\(number()), \(number()))"
    case 8, 9: return "free(\(pointer()))"
    case 10...14: return "write(\(pointer()), \(number()))"
    case 15: return "read(\(pointer()), \(number()))"
    case 16:
      let flags = pick([
        "MAP_PRIVATE | MAP_ANONYMOUS", "MAP_SHARED | MAP_ANONYMOUS",
        "MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED",
        "MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN", "MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE",
        "MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE", "MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED",
      ])
      let place = pick(["0", "0", "0", pointer(), number()])
      return
        "\(target) = mmap(\(place), \(number()), \(pick(["PROT_READ | PROT_WRITE", "PROT_READ", "PROT_NONE"])), \(flags))"
    case 17, 18: return "\(target) = mmap(0, \(pick(["4K", "64K", "2M", "8M", "64M", "300M"])))"
    case 19: return "munmap(\(pointer()), \(number()))"
    case 20:
      return "\(target) = mremap(\(pointer()), \(number()), \(number()), \(pick(["0", "MREMAP_MAYMOVE"])))"
    case 21:
      return
        "mprotect(\(pointer()), \(number()), \(pick(["PROT_READ", "PROT_NONE", "PROT_READ | PROT_WRITE"])))"
    case 22:
      let advice = pick([
        "MADV_DONTNEED", "MADV_FREE", "MADV_WILLNEED", "MADV_HUGEPAGE", "MADV_NOHUGEPAGE", "MADV_COLD",
        "MADV_PAGEOUT", "MADV_DONTFORK", "MADV_COLLAPSE", "MADV_REMOVE", "MADV_POPULATE_WRITE", number(),
      ])
      return "madvise(\(pointer()), \(number()), \(advice))"
    case 23: return "mlock(\(pointer()), \(number()))"
    case 24: return "munlock(\(pointer()), \(number()))"
    case 25: return pick(["mlockall(MCL_CURRENT)", "mlockall(MCL_CURRENT | MCL_FUTURE)", "munlockall()"])
    case 26: return "fork(\"\(pick(["c1", "c2", "p1", "p2"]))\")"
    case 27: return "\(target) = sbrk(\(number()))"
    case 28: return "brk(\(pointer()))"
    case 29:
      let parameter = pick([
        "M_TRIM_THRESHOLD", "M_TOP_PAD", "M_MMAP_THRESHOLD", "M_MMAP_MAX", "M_MXFAST", "M_ARENA_MAX",
        number(),
      ])
      return "mallopt(\(parameter), \(number()))"
    case 30: return "malloc_trim(\(number()))"
    case 31:
      return "setrlimit(\(pick(["RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_MEMLOCK"])), \(number()))"
    case 32:
      return pick([
        "n = mincore(\(pointer()), \(number()))", "malloc_usable_size(\(pointer()))", "mallinfo2()",
      ])
    default: return "usleep(\(number()))"
    }
  }

  private mutating func kernelCall() -> String {
    switch below(12) {
    case 0, 1: return "k = kmalloc(\(number()), \(pick(["GFP_KERNEL", "GFP_ATOMIC", "GFP_DMA", number()])))"
    case 2: return "kfree(k)"
    case 3: return "v = vmalloc(\(number()))"
    case 4: return "vfree(v)"
    case 5: return "v = ioremap(\(number()), \(number()))"
    case 6: return "iounmap(v)"
    case 7: return "f = alloc_pages(GFP_KERNEL, \(pick(["0", "1", "3", "9", "10", "11", "-1"])))"
    case 8: return "if f != NULL { free_pages(f, \(pick(["0", "1", "3"]))); f = NULL }"
    case 9: return "c = kmem_cache_create(\"cache\(below(4))\", \(number()))"
    case 10: return "k = krealloc(k, \(number()))"
    default: return "k = kvmalloc(\(number()))"
    }
  }

  /// The files of `/proc` and `/sys` that take numbers.
  public static let writableFiles = [
    "/proc/sys/vm/admin_reserve_kbytes", "/proc/sys/vm/compact_memory",
    "/proc/sys/vm/compaction_proactiveness",
    "/proc/sys/vm/dirty_background_bytes", "/proc/sys/vm/dirty_background_ratio", "/proc/sys/vm/dirty_bytes",
    "/proc/sys/vm/dirty_ratio", "/proc/sys/vm/dirty_expire_centisecs", "/proc/sys/vm/drop_caches",
    "/proc/sys/vm/extfrag_threshold", "/proc/sys/vm/lowmem_reserve_ratio", "/proc/sys/vm/max_map_count",
    "/proc/sys/vm/min_free_kbytes", "/proc/sys/vm/mmap_min_addr", "/proc/sys/vm/oom_kill_allocating_task",
    "/proc/sys/vm/overcommit_kbytes", "/proc/sys/vm/overcommit_memory", "/proc/sys/vm/overcommit_ratio",
    "/proc/sys/vm/page-cluster", "/proc/sys/vm/percpu_pagelist_high_fraction", "/proc/sys/vm/swappiness",
    "/proc/sys/vm/user_reserve_kbytes", "/proc/sys/vm/watermark_boost_factor",
    "/proc/sys/vm/watermark_scale_factor",
    "/proc/self/oom_adj", "/proc/self/oom_score_adj", "/proc/sysrq-trigger",
    "/sys/kernel/mm/transparent_hugepage/enabled",
  ]

  private mutating func shell() -> String {
    switch below(22) {
    case 0...4: return "echo \(pick(Self.hostile)) > \(pick(Self.writableFiles))"
    case 5: return "swapoff -a"
    case 6: return "swapon -a"
    case 7:
      return
        "dd if=/dev/zero of=/f\(below(3)) bs=\(pick(["4K", "1M", "64M"])) count=\(pick(["1", "16", "200"]))"
    case 8: return "cat /f\(below(3)) > /dev/null"
    case 9: return "truncate -s \(pick(["0", "1M", "1T", "16T"])) /f\(below(3))"
    case 10: return "rm -f /f\(below(3))"
    case 11: return "kill -\(pick(["9", "15", "0", "64", "65"])) $\(pick(["p1", "p2", "main"]))"
    case 12: return "choom -p \(pick(["$p1", "1", "99999"])) -n \(pick(["-1000", "0", "1000", "1001"]))"
    case 13: return "ulimit -\(pick(["v", "d", "s", "l"])) \(pick(["unlimited", "0", "8192", "1000000"]))"
    case 14: return "echo f > /proc/sysrq-trigger"
    case 15:
      return pick([
        "cat /proc/meminfo", "cat /proc/zoneinfo", "cat /proc/vmstat", "cat /proc/buddyinfo",
        "cat /proc/slabinfo",
        "cat /proc/self/smaps", "cat /proc/self/status", "cat /proc/self/stat", "cat /proc/vmallocinfo",
        "cat /proc/pagetypeinfo", "cat /proc/swaps", "cat /proc/self/limits",
      ])
    case 16:
      return pick([
        "free -v", "free -h", "vmstat -s", "vmstat", "ps aux", "pmap -x $$", "slabtop -o", "dmesg", "why_oom",
        "heap", "heap -a", "bins", "swapon --show", "ls /proc/self",
      ])
    case 17:
      return
        "grep -\(pick(["c", "o", "in", "w", "v"])) '\(pick(["a*b", "[0-9]*", "^.*$", "x\\{1,9\\}"]))' /proc/meminfo"
    case 18:
      return
        "export GLIBC_TUNABLES=glibc.malloc.\(pick(["mxfast", "tcache_count", "top_pad"]))=\(pick(Self.hostile))"
    case 19: return "sysctl vm.overcommit_memory=\(below(3))"
    case 20: return "mkswap /f\(below(3))"
    default: return "echo 3 > /proc/sys/vm/drop_caches"
    }
  }
}
