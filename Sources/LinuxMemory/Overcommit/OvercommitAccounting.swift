// The account of memory promised to processes and the verdict on new requests.

/// A request for committed memory.
package struct CommitRequest: Sendable, Equatable {
  /// Pages asked for.
  package var pages: Int
  /// The asking process's whole virtual size in pages before the request (`mm->total_vm`).
  package var totalVirtualPages: Int
  /// Whether the process may use the administrator's reserve (root: `CAP_SYS_ADMIN`).
  package var isAdministrator: Bool

  /// Makes a request.
  package init(pages: Int, totalVirtualPages: Int, isAdministrator: Bool = true) {
    self.pages = pages
    self.totalVirtualPages = totalVirtualPages
    self.isAdministrator = isAdministrator
  }
}

/// How much memory has been promised (`Committed_AS` of `/proc/meminfo`), and who gets more.
///
/// Models `__vm_enough_memory` (mm/util.c) together with the per-CPU counter that it reads: small amounts stay on
/// the CPU until they reach a batch, so that many small requests in mode 2 get a little further than one large one.
package struct OvercommitAccounting: Sendable, Equatable, Codable {
  /// The part of the account that all CPUs see.
  private var shared = 0
  /// The part that the CPU has not handed over yet.
  private var pending = 0

  /// Makes an empty account.
  package init() {}

  /// Pages promised now; `Committed_AS` in pages.
  package var committedPages: Int { max(0, shared + pending) }

  /// Asks for more; grants or refuses, and in the first case books it.
  ///
  /// - Parameters:
  ///   - request: how much, and for whom.
  ///   - rules: the mode and its numbers.
  ///   - ramPages: pages of RAM (`MemTotal`).
  ///   - swapPages: pages of all active swap areas, used or not.
  ///   - processors: how many CPUs the machine has.
  /// - Returns: whether it was granted; when not, the caller's call fails with `ENOMEM`.
  package mutating func charge(
    _ request: CommitRequest, rules: OvercommitRules, ramPages: Int, swapPages: Int, processors: Int = 1
  ) -> Bool {
    guard (0...Self.largestRequest).contains(request.pages) else { return false }
    let batch = Self.batch(mode: rules.mode, ramPages: ramPages, processors: processors)
    add(request.pages, batch: batch)
    let isGranted: Bool
    switch rules.mode {
    case .always:
      isGranted = true
    case .heuristic:
      isGranted = request.pages <= ramPages + swapPages
    case .never:
      let allowed = allowance(for: request, rules: rules, ramPages: ramPages, swapPages: swapPages)
      isGranted = max(0, shared) < allowed
    }
    if !isGranted { add(-request.pages, batch: batch) }
    return isGranted
  }

  /// Books pages without asking, for memory the kernel never refuses.
  ///
  /// - Parameter pages: how many, at least 0.
  package mutating func chargeUnconditionally(_ pages: Int) {
    add(min(max(pages, 0), Self.largestRequest), batch: 1)
  }

  /// Gives promised pages back.
  ///
  /// - Parameters:
  ///   - pages: how many; the account does not go below 0.
  ///   - mode: the mode now; it decides how much a CPU keeps to itself.
  ///   - ramPages: pages of RAM (`MemTotal`).
  ///   - processors: how many CPUs the machine has.
  package mutating func uncharge(
    _ pages: Int, mode: OvercommitMode = .heuristic, ramPages: Int = 0, processors: Int = 1
  ) {
    let batch = Self.batch(mode: mode, ramPages: ramPages, processors: processors)
    add(-min(max(pages, 0), committedPages), batch: batch)
  }

  /// Hands what the CPU holds over to the shared account, as choosing mode 2 does.
  package mutating func synchronize() {
    shared += pending
    pending = 0
  }

  /// The largest request in pages, beyond any address space: keeps sums within an `Int`.
  static let largestRequest = 1 << 52

  /// How many pages a CPU may keep to itself (`mm_compute_batch`, mm/mm_init.c).
  static func batch(mode: OvercommitMode, ramPages: Int, processors: Int) -> Int {
    let share = ramPages / max(processors, 1) / (mode == .never ? 256 : 4)
    return max(min(share, Int(Int32.max)), processors * 2, 32)
  }

  private mutating func add(_ pages: Int, batch: Int) {
    let (sum, overflow) = pending.addingReportingOverflow(pages)
    let (total, isTooLarge) = shared.addingReportingOverflow(sum)
    // No address space is so large that its pages could not be counted; a sum beyond that stays where it is.
    guard !overflow, !isTooLarge else { return }
    if abs(sum) >= batch {
      shared = total
      pending = 0
    } else {
      pending = sum
    }
  }

  /// The sum of promises that mode 2 must stay below for this request, in pages.
  ///
  /// The limit less the administrator's reserve, for others than root, and less the smaller of
  /// `user_reserve_kbytes` and 1/32 of the process's virtual size, so that a user can still recover from
  /// a process that took everything.
  package func allowance(
    for request: CommitRequest, rules: OvercommitRules, ramPages: Int, swapPages: Int
  ) -> Int {
    var allowed = rules.signed(rules.commitLimit(ramPages: ramPages, swapPages: swapPages))
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
