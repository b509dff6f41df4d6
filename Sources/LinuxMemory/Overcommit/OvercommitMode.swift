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
package struct OvercommitRules: Sendable, Equatable {
  /// The mode.
  package var mode: OvercommitMode
  /// The part of RAM that counts towards the limit, in percent; unused when `kilobytes` is not 0.
  package var ratio: Int
  /// The part of RAM that counts towards the limit, in KiB; 0 to use `ratio`.
  package var kilobytes: UInt64
  /// KiB that mode 2 keeps free for a user to recover a large process (`user_reserve_kbytes`).
  package var userReserveKilobytes: UInt64
  /// KiB that mode 2 keeps free for the administrator (`admin_reserve_kbytes`).
  package var administratorReserveKilobytes: UInt64
  /// Bits of the kernel's `unsigned long`, in which it computes the limit: 64 or 32.
  package var wordBits: Int

  /// Makes rules; the defaults are the kernel's, without the reserves, which depend on the machine.
  package init(
    mode: OvercommitMode = .heuristic, ratio: Int = 50, kilobytes: UInt64 = 0,
    userReserveKilobytes: UInt64 = 0, administratorReserveKilobytes: UInt64 = 0, wordBits: Int = 64
  ) {
    self.mode = mode
    self.ratio = ratio
    self.kilobytes = kilobytes
    self.userReserveKilobytes = userReserveKilobytes
    self.administratorReserveKilobytes = administratorReserveKilobytes
    self.wordBits = wordBits
  }

  /// The commit limit in pages (`vm_commit_limit`, mm/util.c), computed as the kernel does it: without a sign, in one
  /// word, and with the ratio's sign extended. With a negative ratio it is close to the largest number there is.
  ///
  /// - Parameters:
  ///   - ramPages: pages of RAM (`MemTotal`).
  ///   - swapPages: pages of all active swap areas.
  package func commitLimit(ramPages: Int, swapPages: Int) -> UInt64 {
    let share =
      kilobytes != 0
      ? kilobytes >> 2 : word(UInt64(truncatingIfNeeded: ramPages) &* UInt64(truncatingIfNeeded: ratio)) / 100
    return word(share &+ UInt64(truncatingIfNeeded: swapPages))
  }

  /// `CommitLimit` of `/proc/meminfo` in KiB: the limit in pages, shifted within one word.
  package func commitLimitKilobytes(ramPages: Int, swapPages: Int) -> UInt64 {
    word(commitLimit(ramPages: ramPages, swapPages: swapPages) &<< 2)
  }

  /// The part of a number that one word holds.
  private func word(_ number: UInt64) -> UInt64 { wordBits == 64 ? number : number & UInt64(UInt32.max) }

  /// The number that one word holds, read with a sign.
  func signed(_ number: UInt64) -> Int {
    wordBits == 64 ? Int(truncatingIfNeeded: number) : Int(Int32(truncatingIfNeeded: number))
  }

  /// KiB as whole 4 KiB pages, held within what an `Int` can carry.
  func pages(_ kilobytes: UInt64) -> Int { Int(clamping: kilobytes >> 2) }
}
