// Page-request flags as the kernel prints them.

import KernelText

extension GFPFlags {
  /// The flags as a report prints them: `0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO)`.
  ///
  /// Combinations come before single flags, in the order of `gfpflag_names` (include/trace/events/mmflags.h).
  public var reportText: String { reportText(.combinationsFirst) }

  /// How a kernel prints the flags of a request.
  enum ReportStyle: Sendable {
    /// Combinations, then single flags in the order of the kernel's table.
    case combinationsFirst
    /// Combinations, then single flags in the order of their bits; since Linux 6.10.
    case singlesByBit
    /// Only a number, with the bits that the release has for a request of an order.
    case number(@Sendable (GFPFlags, _ order: Int) -> UInt32)
  }

  /// The same in the style of a kernel.
  func reportText(_ style: ReportStyle, order: Int = 0) -> String { reported(style, order: order).text }

  /// The flags as a message of a kernel has them.
  func reported(_ style: ReportStyle, order: Int) -> RequestFlags {
    let list: [(GFPFlags, String)]
    switch style {
    case .number(let bits): return RequestFlags(bits: UInt64(bits(self, order)), names: nil)
    case .combinationsFirst: list = Self.reportNames
    case .singlesByBit: list = Self.namesByBit
    }
    var rest = self
    var names: [String] = []
    for (flags, name) in list where !rest.isEmpty && rest.isSuperset(of: flags) {
      names.append(name)
      rest.subtract(flags)
    }
    if !rest.isEmpty { names.append("0x" + String(rest.rawValue, radix: 16)) }
    return RequestFlags(
      bits: UInt64(rawValue), names: names.isEmpty ? "none" : names.joined(separator: "|"))
  }

  private static let namesByBit: [(GFPFlags, String)] = {
    let combinations = reportNames.filter { !$0.1.hasPrefix("__") }
    let single = reportNames.filter { $0.1.hasPrefix("__") && $0.0.rawValue.nonzeroBitCount == 1 }
    return combinations + [(.__GFP_RECLAIM, "__GFP_RECLAIM")]
      + single.sorted { $0.0.rawValue < $1.0.rawValue }
  }()

  private static let reportNames: [(GFPFlags, String)] = [
    (.GFP_TRANSHUGE, "GFP_TRANSHUGE"), (.GFP_TRANSHUGE_LIGHT, "GFP_TRANSHUGE_LIGHT"),
    (.GFP_HIGHUSER_MOVABLE, "GFP_HIGHUSER_MOVABLE"), (.GFP_HIGHUSER, "GFP_HIGHUSER"),
    (.GFP_USER, "GFP_USER"), (.GFP_KERNEL_ACCOUNT, "GFP_KERNEL_ACCOUNT"), (.GFP_KERNEL, "GFP_KERNEL"),
    (.GFP_NOFS, "GFP_NOFS"), (.GFP_ATOMIC, "GFP_ATOMIC"), (.GFP_NOIO, "GFP_NOIO"),
    (.GFP_NOWAIT, "GFP_NOWAIT"), (.GFP_DMA, "GFP_DMA"), (.__GFP_HIGHMEM, "__GFP_HIGHMEM"),
    (.GFP_DMA32, "GFP_DMA32"), (.__GFP_HIGH, "__GFP_HIGH"), (.__GFP_ATOMIC, "__GFP_ATOMIC"),
    (.__GFP_IO, "__GFP_IO"), (.__GFP_FS, "__GFP_FS"), (.__GFP_NOWARN, "__GFP_NOWARN"),
    (.__GFP_RETRY_MAYFAIL, "__GFP_RETRY_MAYFAIL"), (.__GFP_NOFAIL, "__GFP_NOFAIL"),
    (.__GFP_NORETRY, "__GFP_NORETRY"), (.__GFP_COMP, "__GFP_COMP"), (.__GFP_ZERO, "__GFP_ZERO"),
    (.__GFP_NOMEMALLOC, "__GFP_NOMEMALLOC"), (.__GFP_MEMALLOC, "__GFP_MEMALLOC"),
    (.__GFP_HARDWALL, "__GFP_HARDWALL"), (.__GFP_THISNODE, "__GFP_THISNODE"),
    (.__GFP_RECLAIMABLE, "__GFP_RECLAIMABLE"), (.__GFP_MOVABLE, "__GFP_MOVABLE"),
    (.__GFP_ACCOUNT, "__GFP_ACCOUNT"), (.__GFP_WRITE, "__GFP_WRITE"), (.__GFP_RECLAIM, "__GFP_RECLAIM"),
    (.__GFP_DIRECT_RECLAIM, "__GFP_DIRECT_RECLAIM"),
    (.__GFP_KSWAPD_RECLAIM, "__GFP_KSWAPD_RECLAIM"),
  ]
}
