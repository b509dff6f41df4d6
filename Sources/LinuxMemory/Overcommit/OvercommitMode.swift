// The three ways in which the kernel promises memory.

/// What `/proc/sys/vm/overcommit_memory` chooses (proc(5), Documentation/mm/overcommit-accounting.rst).
public enum OvercommitMode: Int, Sendable, CaseIterable {
  /// Refuses only a single request that RAM and swap together could not hold.
  case heuristic = 0
  /// Promises anything.
  case always = 1
  /// Promises no more than the commit limit.
  case never = 2
}

/// Who may refuse a request for memory, and by which numbers.
public struct OvercommitRules: Sendable, Equatable {
  /// The mode.
  public var mode: OvercommitMode
  /// The part of RAM that counts towards the limit, in percent; unused when `kilobytes` is not 0.
  public var ratio: Int
  /// The part of RAM that counts towards the limit, in KiB; 0 to use `ratio`.
  public var kilobytes: UInt64
  /// KiB that mode 2 keeps free for a user to recover a large process (`user_reserve_kbytes`).
  public var userReserveKilobytes: UInt64
  /// KiB that mode 2 keeps free for the administrator (`admin_reserve_kbytes`).
  public var administratorReserveKilobytes: UInt64

  /// Makes rules; the defaults are the kernel's, without the reserves, which depend on the machine.
  public init(
    mode: OvercommitMode = .heuristic, ratio: Int = 50, kilobytes: UInt64 = 0,
    userReserveKilobytes: UInt64 = 0, administratorReserveKilobytes: UInt64 = 0
  ) {
    self.mode = mode
    self.ratio = ratio
    self.kilobytes = kilobytes
    self.userReserveKilobytes = userReserveKilobytes
    self.administratorReserveKilobytes = administratorReserveKilobytes
  }

  /// The commit limit in pages: `CommitLimit` of `/proc/meminfo` (`vm_commit_limit`, mm/util.c).
  ///
  /// - Parameters:
  ///   - ramPages: pages of RAM (`MemTotal`).
  ///   - swapPages: pages of all active swap areas.
  public func commitLimit(ramPages: Int, swapPages: Int) -> Int {
    let share: Int
    if kilobytes != 0 {
      share = pages(kilobytes)
    } else {
      let (product, overflow) = ramPages.multipliedReportingOverflow(by: ratio)
      share = overflow ? (ratio < 0 ? Int.min / 100 : Int.max / 100) : product / 100
    }
    let (sum, overflow) = share.addingReportingOverflow(swapPages)
    return overflow ? Int.max : sum
  }

  /// KiB as whole 4 KiB pages, held within what an `Int` can carry.
  func pages(_ kilobytes: UInt64) -> Int { Int(clamping: kilobytes >> 2) }
}
