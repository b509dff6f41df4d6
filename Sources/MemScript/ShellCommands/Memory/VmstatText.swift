// The tables of vmstat(8), as procps-ng 4.0 prints them.

import KernelText

/// How vmstat(8) prints memory and swapping.
///
/// Interrupts, context switches, block input and output other than swap, and processor time are not modelled:
/// their columns hold a dash, and `-s` leaves their lines out.
struct VmstatText {
  /// What it shows.
  struct Numbers: Equatable {
    var memory: MemoryInformation
    /// Pages read from and written to swap since boot.
    var swappedIn: Int, swappedOut: Int
    /// KiB of a page.
    var pageKibibytes = 4
    /// Whole seconds since boot.
    var seconds: Int
    /// Processes that can run and processes that wait for memory from swap.
    var runnable = 0, blocked = 0
  }

  /// Active and inactive memory instead of buffers and cache (`-a`).
  var showsActive = false
  /// Wide columns (`-w`).
  var isWide = false
  /// What amounts of memory are divided by, in bytes (`-S`); nil for KiB.
  var unit: Int?
  /// Whether the header is left out.
  var hidesHeader = false

  /// The default table: one line of averages since boot.
  func table(_ numbers: Numbers) -> String {
    let memory = numbers.memory
    let middle =
      showsActive ? [memory.inactive, memory.active] : [memory.buffers, memory.cacheAndReclaimableSlab]
    let amounts = ([memory.swapTotal - memory.swapFree, memory.free] + middle).map(scaled)
    let rates = [numbers.swappedIn, numbers.swappedOut].map { rate($0 * numbers.pageKibibytes, numbers) }
    let unknown = { (width: Int) in "-".alignedRight(width) }
    var parts = [numbers.runnable.decimal(isWide ? 4 : 2), numbers.blocked.decimal(isWide ? 4 : 2)]
    parts += amounts.map { $0.decimal(isWide ? 12 : 6) } + rates.map { $0.decimal(4) }
    parts += [unknown(5), unknown(5), unknown(4), unknown(4)]
    parts += (0..<(isWide ? 6 : 5)).map { _ in unknown(isWide ? 3 : 2) }
    return header + parts.joined(separator: " ") + "\n"
  }

  /// The list of `-s`: each number with what it counts.
  func list(_ numbers: Numbers) -> String {
    let memory = numbers.memory
    let letter = unitLetter
    let amounts: [(Int, String)] = [
      (memory.total, "total memory"), (memory.used, "used memory"), (memory.active, "active memory"),
      (memory.inactive, "inactive memory"), (memory.free, "free memory"), (memory.buffers, "buffer memory"),
      (memory.cacheAndReclaimableSlab, "swap cache"), (memory.swapTotal, "total swap"),
      (memory.swapTotal - memory.swapFree, "used swap"), (memory.swapFree, "free swap"),
    ]
    let counts = [(numbers.swappedIn, "pages swapped in"), (numbers.swappedOut, "pages swapped out")]
    return amounts.map { "\(scaled($0.0).decimal(13)) \(letter) \($0.1)\n" }.joined()
      + counts.map { "\($0.0.decimal(13)) \($0.1)\n" }.joined()
  }

  private var header: String {
    if hidesHeader { return "" }
    let names = showsActive ? (" inact", "active") : ("  buff", " cache")
    if isWide {
      return "--procs-- -----------------------memory---------------------- ---swap-- -----io---- "
        + "-system-- ----------cpu----------\n"
        + "   r    b         swpd         free \(names.0.alignedRight(12)) \(names.1.alignedRight(12)) "
        + "  si   so    bi    bo   in   cs  us  sy  id  wa  st  gu\n"
    }
    return "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
      + " r  b   swpd   free \(names.0) \(names.1)   si   so    bi    bo   in   cs us sy id wa st\n"
  }

  private var unitLetter: String {
    switch unit {
    case 1000: "k"
    case 1_000_000: "m"
    case 1_048_576: "M"
    default: "K"
    }
  }

  private func scaled(_ kibibytes: Int) -> Int {
    guard let unit else { return kibibytes }
    return kibibytes * 1024 / unit
  }

  private func rate(_ kibibytes: Int, _ numbers: Numbers) -> Int {
    let seconds = max(numbers.seconds, 1)
    return (kibibytes + seconds / 2) / seconds
  }
}
