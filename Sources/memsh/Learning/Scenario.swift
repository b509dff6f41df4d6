// The scenarios inside the binary.

/// A scenario of `scripts/scenarios`: a lesson to read and to run.
struct Scenario: Sendable {
  /// Its name, without `.mem`.
  let name: String
  /// What it shows.
  let title: String
  /// Its text.
  let bytes: [UInt8]

  private init(_ name: String, _ title: String, _ bytes: [UInt8]) {
    self.name = name
    self.title = title
    self.bytes = bytes
  }

  /// All scenarios, in the order in which they teach.
  static let all = [
    Scenario("layers", "libc, slab and buddy: who calls whom", PackageResources.layers_mem),
    Scenario("vss-rss", "what malloc promises and what a process really holds", PackageResources.vss_rss_mem),
    Scenario(
      "before-after",
      "what a leak of 50 MiB changes in /proc, measured with field, pipes and printf, and expected",
      PackageResources.before_after_mem),
    Scenario(
      "why-rss-stays", "why memory does not come back after free, and what brings it back",
      PackageResources.why_rss_stays_mem),
    Scenario(
      "malloc_trim-faults", "what malloc_trim costs in page faults", PackageResources.malloc_trim_faults_mem),
    Scenario(
      "fork-cow", "fork and copy-on-write: faults, RSS, PSS, private and shared",
      PackageResources.fork_cow_mem),
    Scenario(
      "thp-bloat", "one byte in each 2 MiB, with and without transparent huge pages",
      PackageResources.thp_bloat_mem),
    Scenario(
      "arenas", "threads and their arenas: when a heap is made, when one is shared",
      PackageResources.arenas_mem),
    Scenario(
      "thread-pool-rss", "why a pool of threads keeps memory, and what MALLOC_ARENA_MAX changes",
      PackageResources.thread_pool_rss_mem),
    Scenario(
      "producer-consumer",
      "one thread allocates, another one frees: caches, and a third thread that must wait",
      PackageResources.producer_consumer_mem),
    Scenario(
      "overflow",
      "one byte too many, links overwritten, freed twice: when glibc notices, and when it does not",
      PackageResources.overflow_mem),
    Scenario(
      "glibc-versions", "the same script under glibc 2.31, 2.36, 2.41 and 2.43",
      PackageResources.glibc_versions_mem),
    Scenario(
      "mlockall", "locking now, for the future and on fault, and RLIMIT_MEMLOCK",
      PackageResources.mlockall_mem),
    Scenario("rt", "a real-time program: mlockall, mallopt, memory that stays", PackageResources.rt_mem),
    Scenario(
      "buddy", "a block of pages split, and its halves growing together again", PackageResources.buddy_mem),
    Scenario(
      "fragmentation", "plenty is free, but no large block: the failure report, compaction",
      PackageResources.fragmentation_mem),
    Scenario(
      "kmalloc-16", "a page cut into equal objects, until a new page is needed",
      PackageResources.kmalloc_16_mem),
    Scenario("slab", "full, partial and empty slabs, drawn with slab NAME", PackageResources.slab_mem),
    Scenario(
      "lowmem-highmem", "32-bit x86: kmalloc, vmalloc, ioremap, /proc/vmallocinfo",
      PackageResources.lowmem_highmem_mem),
    Scenario(
      "vmalloc-exhaustion", "32-bit x86: addresses for vmalloc and ioremap run out long before memory",
      PackageResources.vmalloc_exhaustion_mem),
    Scenario("oom", "filling 1 GiB until the OOM killer comes, and its report", PackageResources.oom_mem),
    Scenario(
      "oom-in-c", "the same as a C program, from #define SIZE 2000 to return 0", PackageResources.oom_in_c_mem
    ),
    Scenario("oom_adj", "three processes: who dies first, and why", PackageResources.oom_adj_mem),
    Scenario(
      "who-dies", "three services and a hog: why_oom tells who dies and what would have saved it",
      PackageResources.who_dies_mem),
    Scenario(
      "postmortem", "a real kernel's report as a machine, and three things that would have changed its end",
      PackageResources.postmortem_mem),
    Scenario(
      "my-machine", "a real machine, copied: who would die, and what would keep everybody alive",
      PackageResources.my_machine_mem),
    Scenario("swapoff-oom", "swap switched off that does not fit into RAM", PackageResources.swapoff_oom_mem),
    Scenario("overcommit", "what each overcommit mode refuses", PackageResources.overcommit_mem),
    Scenario("swap", "pages that leave and come back", PackageResources.swap_mem),
    Scenario(
      "page-cache", "files read once and twice, what is dropped first, dirty pages, drop_caches",
      PackageResources.page_cache_mem),
    Scenario(
      "container-oom", "a container dies at its limit while the machine has plenty of memory",
      PackageResources.container_oom_mem),
    Scenario(
      "page-cache-counts", "page cache counts against a limit, and goes before anybody dies",
      PackageResources.page_cache_counts_mem),
    Scenario(
      "oom-group", "a service of several processes dies as a whole, or loses one",
      PackageResources.oom_group_mem),
    Scenario(
      "pod", "two containers in a pod: whose limit is hit, who dies, and where it is counted",
      PackageResources.pod_mem),
    Scenario(
      "memory-high", "above memory.high a process is not killed: it crawls", PackageResources.memory_high_mem),
    Scenario(
      "memory-low", "what memory.low keeps for a group while another one takes memory",
      PackageResources.memory_low_mem),
    Scenario(
      "container-swap", "what memory.swap.max lets a container move to swap",
      PackageResources.container_swap_mem),
    Scenario(
      "shared-cache", "who pays for a file that two containers read, and for one that outlives its writer",
      PackageResources.shared_cache_mem),
    Scenario(
      "oomd", "what systemd-oomd and earlyoom would do, watched from outside", PackageResources.oomd_mem),
  ]
}
