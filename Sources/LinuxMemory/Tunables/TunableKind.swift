// The table of /proc/sys/vm: each file's storage and the values it takes.

/// What one file of `/proc/sys/vm` holds and accepts.
enum TunableKind: Sendable {
  /// An `int` within a range (`proc_dointvec_minmax`).
  case integer(WritableKeyPath<SystemTunables, Int> & Sendable, ClosedRange<Int>)
  /// An `unsigned long` within a range (`proc_doulongvec_minmax`).
  case unsigned(WritableKeyPath<SystemTunables, UInt64> & Sendable, ClosedRange<UInt64>)
  /// Bytes from a smallest number on, of which the kernel keeps 32 bits of pages (`dirty_bytes_handler`).
  case bytes(WritableKeyPath<SystemTunables, UInt64> & Sendable, UInt64)
  /// An `int` that the kernel keeps as ticks of its clock (`proc_dointvec_jiffies`).
  case seconds(WritableKeyPath<SystemTunables, Int> & Sendable)
  /// 0, or an `int` from 8 on (`percpu_pagelist_high_fraction_sysctl_handler`).
  case fraction(WritableKeyPath<SystemTunables, Int> & Sendable)
  /// Divisors separated by tabs, 0 where less was written. What cannot be read ends the list without an error
  /// (`lowmem_reserve_ratio_sysctl_handler`).
  case divisors(WritableKeyPath<SystemTunables, [Int]> & Sendable)
  /// A trigger that keeps nothing and cannot be read; only the numbers of the range are taken.
  case trigger(ClosedRange<Int>)
  /// A trigger that takes whatever is written.
  case button

  static let anyInteger = Int(Int32.min)...Int(Int32.max)
  static let notNegative = 0...Int(Int32.max)
  static let anyUnsigned: ClosedRange<UInt64> = 0...UInt64.max
  /// Seconds whose ticks fit an `int`, at 250 ticks a second (CONFIG_HZ).
  static let ticking = -(Int(Int32.max) / 250)...Int(Int32.max) / 250

  /// Every file in the order of its name, which is without the `vm.` before it.
  static let table: [(name: String, kind: TunableKind)] = [
    ("admin_reserve_kbytes", .unsigned(\.adminReserveKilobytes, anyUnsigned)),
    ("compact_memory", .button),
    ("compact_unevictable_allowed", .integer(\.compactUnevictableAllowed, 0...1)),
    ("compaction_proactiveness", .integer(\.compactionProactiveness, 0...100)),
    ("dirty_background_bytes", .bytes(\.dirtyBackgroundBytes, 1)),
    ("dirty_background_ratio", .integer(\.dirtyBackgroundRatio, 0...100)),
    ("dirty_bytes", .bytes(\.dirtyBytes, 8192)),
    ("dirty_expire_centisecs", .integer(\.dirtyExpireCentiseconds, notNegative)),
    ("dirty_ratio", .integer(\.dirtyRatio, 0...100)),
    ("dirty_writeback_centisecs", .integer(\.dirtyWritebackCentiseconds, anyInteger)),
    ("dirtytime_expire_seconds", .integer(\.dirtytimeExpireSeconds, notNegative)),
    ("drop_caches", .trigger(1...4)),
    ("extfrag_threshold", .integer(\.externalFragmentationThreshold, 0...1000)),
    ("laptop_mode", .seconds(\.laptopMode)),
    ("legacy_va_layout", .integer(\.legacyAddressLayout, notNegative)),
    ("lowmem_reserve_ratio", .divisors(\.lowmemReserveRatio)),
    ("max_map_count", .integer(\.maxMapCount, notNegative)),
    ("min_free_kbytes", .integer(\.minFreeKilobytes, notNegative)),
    ("mmap_min_addr", .unsigned(\.mmapMinimumAddress, anyUnsigned)),
    ("oom_dump_tasks", .integer(\.oomDumpTasks, anyInteger)),
    ("oom_kill_allocating_task", .integer(\.oomKillAllocatingTask, anyInteger)),
    ("overcommit_kbytes", .unsigned(\.overcommitKilobytes, anyUnsigned)),
    ("overcommit_memory", .integer(\.overcommitMemory, 0...2)),
    ("overcommit_ratio", .integer(\.overcommitRatio, anyInteger)),
    ("page-cluster", .integer(\.pageCluster, notNegative)),
    ("panic_on_oom", .integer(\.panicOnOOM, 0...2)),
    ("percpu_pagelist_high_fraction", .fraction(\.perCPUPageListHighFraction)),
    ("stat_interval", .seconds(\.statInterval)),
    ("swappiness", .integer(\.swappiness, 0...200)),
    ("user_reserve_kbytes", .unsigned(\.userReserveKilobytes, anyUnsigned)),
    ("vfs_cache_pressure", .integer(\.vfsCachePressure, notNegative)),
    ("watermark_boost_factor", .integer(\.watermarkBoostFactor, notNegative)),
    ("watermark_scale_factor", .integer(\.watermarkScaleFactor, 1...3000)),
    ("zone_reclaim_mode", .integer(\.zoneReclaimMode, notNegative)),
  ]
}
