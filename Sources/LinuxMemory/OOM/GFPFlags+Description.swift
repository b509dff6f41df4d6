// Page-request flags as the kernel prints them.

extension GFPFlags {
  /// The flags as a report prints them: `0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO)`.
  ///
  /// Combinations come before single flags, in the order of `gfpflag_names` (include/trace/events/mmflags.h).
  public var reportText: String {
    var rest = self
    var names: [String] = []
    for (flags, name) in Self.reportNames where !rest.isEmpty && rest.isSuperset(of: flags) {
      names.append(name)
      rest.subtract(flags)
    }
    if !rest.isEmpty { names.append("0x" + String(rest.rawValue, radix: 16)) }
    let number = rawValue == 0 ? "0" : "0x" + String(rawValue, radix: 16)
    return "\(number)(\(names.isEmpty ? "none" : names.joined(separator: "|")))"
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
