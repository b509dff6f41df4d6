// Page-request flags as the kernel prints them.

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
    /// Only a number, with the bits of Linux 3.10.
    case numbersOfLinux310
  }

  /// The same in the style of a kernel.
  func reportText(_ style: ReportStyle, order: Int = 0) -> String {
    if style == .numbersOfLinux310 { return "0x" + String(bitsOfLinux310(order: order), radix: 16) }
    var rest = self
    var names: [String] = []
    let list = style == .singlesByBit ? Self.namesByBit : Self.reportNames
    for (flags, name) in list where !rest.isEmpty && rest.isSuperset(of: flags) {
      names.append(name)
      rest.subtract(flags)
    }
    if !rest.isEmpty { names.append("0x" + String(rest.rawValue, radix: 16)) }
    let number = rawValue == 0 ? "0" : "0x" + String(rawValue, radix: 16)
    return "\(number)(\(names.isEmpty ? "none" : names.joined(separator: "|")))"
  }

  private static let namesByBit: [(GFPFlags, String)] = {
    let combinations = reportNames.filter { !$0.1.hasPrefix("__") }
    let single = reportNames.filter { $0.1.hasPrefix("__") && $0.0.rawValue.nonzeroBitCount == 1 }
    return combinations + [(.__GFP_RECLAIM, "__GFP_RECLAIM")]
      + single.sorted { $0.0.rawValue < $1.0.rawValue }
  }()

  /// The bits with which Linux 3.10 asked for the same (include/linux/gfp.h of that version).
  private func bitsOfLinux310(order: Int) -> UInt32 {
    // Page tables and kernel stacks had flags of their own.
    if self == [.GFP_KERNEL_ACCOUNT, .__GFP_ZERO] { return order == 0 ? 0x2084d0 : 0x3000d0 }
    let bits: [(GFPFlags, UInt32)] = [
      (.__GFP_DMA, 0x1), (.__GFP_HIGHMEM, 0x2), (.__GFP_DMA32, 0x4), (.__GFP_MOVABLE, 0x8),
      (.__GFP_DIRECT_RECLAIM, 0x10), (.__GFP_HIGH, 0x20), (.__GFP_IO, 0x40), (.__GFP_FS, 0x80),
      (.__GFP_NOWARN, 0x200), (.__GFP_RETRY_MAYFAIL, 0x400), (.__GFP_NOFAIL, 0x800),
      (.__GFP_NORETRY, 0x1000), (.__GFP_MEMALLOC, 0x2000), (.__GFP_ZERO, 0x8000),
      (.__GFP_NOMEMALLOC, 0x10000), (.__GFP_HARDWALL, 0x20000), (.__GFP_THISNODE, 0x40000),
      (.__GFP_RECLAIMABLE, 0x80000), (.__GFP_ACCOUNT, 0x100000), (.__GFP_WRITE, 0x1000000),
    ]
    // Single pages of users were no compound pages then.
    let compound: UInt32 = order > 0 && contains(.__GFP_COMP) ? 0x4000 : 0
    return bits.reduce(compound) { contains($1.0) ? $0 | $1.1 : $0 }
  }

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

extension GFPFlags {
  /// The request for a page of user memory.
  public static let userPage: GFPFlags = [.GFP_HIGHUSER_MOVABLE, .__GFP_COMP, .__GFP_ZERO]
  /// The request for a page that is read back from swap.
  public static let swapIn: GFPFlags = [.GFP_HIGHUSER_MOVABLE, .__GFP_COMP]
}
