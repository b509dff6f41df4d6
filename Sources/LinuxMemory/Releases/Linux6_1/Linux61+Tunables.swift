// The settings of Linux 6.1 with Debian's configuration.

extension Tunable {
  /// The files of `/proc/sys/vm` in order; what has no booted value depends on the size of memory, or is a trigger.
  static let linux61: [Tunable] = [
    Tunable("admin_reserve_kbytes", .unsigned(\.adminReserveKilobytes, TunableKind.anyUnsigned)),
    Tunable("compact_memory", .button, effect: .compaction),
    Tunable("compact_unevictable_allowed", .integer(\.compactUnevictableAllowed, 0...1), booted: 1),
    Tunable("compaction_proactiveness", .integer(\.compactionProactiveness, 0...100), booted: 20),
    Tunable(
      "dirty_background_bytes", .bytes(\.dirtyBackgroundBytes, 1), booted: 0,
      clears: .integer(\.dirtyBackgroundRatio)),
    Tunable(
      "dirty_background_ratio", .integer(\.dirtyBackgroundRatio, 0...100), booted: 10,
      clears: .unsigned(\.dirtyBackgroundBytes)),
    Tunable("dirty_bytes", .bytes(\.dirtyBytes, 8192), booted: 0, clears: .integer(\.dirtyRatio)),
    Tunable(
      "dirty_expire_centisecs", .integer(\.dirtyExpireCentiseconds, TunableKind.notNegative), booted: 3000),
    Tunable("dirty_ratio", .integer(\.dirtyRatio, 0...100), booted: 20, clears: .unsigned(\.dirtyBytes)),
    Tunable(
      "dirty_writeback_centisecs", .integer(\.dirtyWritebackCentiseconds, TunableKind.anyInteger), booted: 500
    ),
    Tunable(
      "dirtytime_expire_seconds", .integer(\.dirtytimeExpireSeconds, TunableKind.notNegative), booted: 43_200),
    Tunable("drop_caches", .trigger(1...4), effect: .droppedCaches),
    Tunable("extfrag_threshold", .integer(\.externalFragmentationThreshold, 0...1000), booted: 500),
    Tunable("laptop_mode", .seconds(\.laptopMode), booted: 0),
    Tunable("legacy_va_layout", .integer(\.legacyAddressLayout, TunableKind.notNegative), booted: 0),
    Tunable("lowmem_reserve_ratio", .divisors(\.lowmemReserveRatio), effect: .lowmemReserve),
    Tunable("max_map_count", .integer(\.maxMapCount, TunableKind.notNegative), booted: 65_530),
    Tunable(
      "min_free_kbytes", .integer(\.minFreeKilobytes, TunableKind.notNegative), effect: .minFreeKilobytes),
    Tunable("mmap_min_addr", .unsigned(\.mmapMinimumAddress, TunableKind.anyUnsigned), booted: 65_536),
    Tunable("oom_dump_tasks", .integer(\.oomDumpTasks, TunableKind.anyInteger), booted: 1),
    Tunable("oom_kill_allocating_task", .integer(\.oomKillAllocatingTask, TunableKind.anyInteger), booted: 0),
    Tunable(
      "overcommit_kbytes", .unsigned(\.overcommitKilobytes, TunableKind.anyUnsigned), booted: 0,
      clears: .integer(\.overcommitRatio)),
    Tunable("overcommit_memory", .integer(\.overcommitMemory, 0...2), booted: 0, effect: .overcommitMode),
    Tunable(
      "overcommit_ratio", .integer(\.overcommitRatio, TunableKind.anyInteger), booted: 50,
      clears: .unsigned(\.overcommitKilobytes)),
    Tunable("page-cluster", .integer(\.pageCluster, TunableKind.notNegative), booted: 3),
    Tunable("panic_on_oom", .integer(\.panicOnOOM, 0...2), booted: 0),
    Tunable("percpu_pagelist_high_fraction", .fraction(\.perCPUPageListHighFraction), booted: 0),
    Tunable("stat_interval", .seconds(\.statInterval), booted: 1),
    Tunable("swappiness", .integer(\.swappiness, 0...200), booted: 60),
    Tunable("user_reserve_kbytes", .unsigned(\.userReserveKilobytes, TunableKind.anyUnsigned)),
    Tunable("vfs_cache_pressure", .integer(\.vfsCachePressure, TunableKind.notNegative), booted: 100),
    Tunable(
      "watermark_boost_factor", .integer(\.watermarkBoostFactor, TunableKind.notNegative), booted: 15_000,
      effect: .boostFactor),
    Tunable(
      "watermark_scale_factor", .integer(\.watermarkScaleFactor, 1...3000), booted: 10, effect: .watermarks),
    Tunable(
      "zone_reclaim_mode", .integer(\.zoneReclaimMode, TunableKind.notNegative), booted: 0, needsNodes: true),
  ]
}
