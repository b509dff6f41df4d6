// The account of memory promised to processes and the verdict on new requests.

/// A request for committed memory.
public struct CommitRequest: Sendable, Equatable {
  /// Pages asked for.
  public var pages: Int
  /// The asking process's whole virtual size in pages before the request (`mm->total_vm`).
  public var totalVirtualPages: Int
  /// Whether the process may use the administrator's reserve (root: `CAP_SYS_ADMIN`).
  public var isAdministrator: Bool

  /// Makes a request.
  public init(pages: Int, totalVirtualPages: Int, isAdministrator: Bool = true) {
    self.pages = pages
    self.totalVirtualPages = totalVirtualPages
    self.isAdministrator = isAdministrator
  }
}

/// How much memory has been promised (`Committed_AS` of `/proc/meminfo`), and who gets more.
///
/// Models `__vm_enough_memory` (mm/util.c).
public struct OvercommitAccounting: Sendable, Equatable {
  /// Pages promised now; `Committed_AS` in pages.
  public private(set) var committedPages = 0

  /// Makes an empty account.
  public init() {}

  /// Asks for more; grants or refuses, and in the first case books it.
  ///
  /// - Parameters:
  ///   - request: how much, and for whom.
  ///   - rules: the mode and its numbers.
  ///   - ramPages: pages of RAM (`MemTotal`).
  ///   - swapPages: pages of all active swap areas, used or not.
  /// - Returns: whether it was granted. A refusal changes nothing; the caller's call fails with `ENOMEM`.
  public mutating func charge(
    _ request: CommitRequest, rules: OvercommitRules, ramPages: Int, swapPages: Int
  ) -> Bool {
    let (committed, overflow) = committedPages.addingReportingOverflow(request.pages)
    guard !overflow, request.pages >= 0 else { return false }
    switch rules.mode {
    case .always:
      break
    case .heuristic:
      guard request.pages <= ramPages + swapPages else { return false }
    case .never:
      guard committed < allowance(for: request, rules: rules, ramPages: ramPages, swapPages: swapPages)
      else { return false }
    }
    committedPages = committed
    return true
  }

  /// Books pages without asking, for memory the kernel never refuses.
  ///
  /// - Parameter pages: how many; the account stays within an `Int`.
  public mutating func chargeUnconditionally(_ pages: Int) {
    let (committed, overflow) = committedPages.addingReportingOverflow(pages)
    committedPages = overflow ? Int.max : committed
  }

  /// Gives promised pages back.
  ///
  /// - Parameter pages: how many; the account does not go below 0.
  public mutating func uncharge(_ pages: Int) {
    committedPages = max(0, committedPages - min(pages, committedPages))
  }

  /// The sum of promises that mode 2 must stay below for this request, in pages.
  ///
  /// The limit less the administrator's reserve, for others than root, and less the smaller of
  /// `user_reserve_kbytes` and 1/32 of the process's virtual size, so that a user can still recover from
  /// a process that took everything.
  public func allowance(
    for request: CommitRequest, rules: OvercommitRules, ramPages: Int, swapPages: Int
  ) -> Int {
    var allowed = rules.commitLimit(ramPages: ramPages, swapPages: swapPages)
    if !request.isAdministrator {
      allowed = subtract(rules.pages(rules.administratorReserveKilobytes), from: allowed)
    }
    let reserve = min(request.totalVirtualPages / 32, rules.pages(rules.userReserveKilobytes))
    return subtract(reserve, from: allowed)
  }

  private func subtract(_ amount: Int, from value: Int) -> Int {
    let (difference, overflow) = value.subtractingReportingOverflow(amount)
    return overflow ? Int.min : difference
  }
}
