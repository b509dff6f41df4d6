// What a file of /proc/sys/vm holds and accepts.

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
}
