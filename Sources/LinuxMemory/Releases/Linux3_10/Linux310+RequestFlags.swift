// The numbers that stood for the flags of a page request.

extension GFPFlags {
  /// The bits with which Linux 3.10 asked for the same (include/linux/gfp.h of that version).
  ///
  /// - Parameters:
  ///   - flags: What is asked for today.
  ///   - order: How much of it.
  @Sendable static func bitsOfLinux310(_ flags: GFPFlags, order: Int) -> UInt32 {
    // Page tables and kernel stacks had flags of their own.
    if flags == [.GFP_KERNEL_ACCOUNT, .__GFP_ZERO] { return order == 0 ? 0x2084d0 : 0x3000d0 }
    // Single pages of users were no compound pages then.
    let compound: UInt32 = order > 0 && flags.contains(.__GFP_COMP) ? 0x4000 : 0
    return linux310.reduce(compound) { flags.contains($1.0) ? $0 | $1.1 : $0 }
  }

  private static let linux310: [(GFPFlags, UInt32)] = [
    (.__GFP_DMA, 0x1), (.__GFP_HIGHMEM, 0x2), (.__GFP_DMA32, 0x4), (.__GFP_MOVABLE, 0x8),
    (.__GFP_DIRECT_RECLAIM, 0x10), (.__GFP_HIGH, 0x20), (.__GFP_IO, 0x40), (.__GFP_FS, 0x80),
    (.__GFP_NOWARN, 0x200), (.__GFP_RETRY_MAYFAIL, 0x400), (.__GFP_NOFAIL, 0x800),
    (.__GFP_NORETRY, 0x1000), (.__GFP_MEMALLOC, 0x2000), (.__GFP_ZERO, 0x8000),
    (.__GFP_NOMEMALLOC, 0x10000), (.__GFP_HARDWALL, 0x20000), (.__GFP_THISNODE, 0x40000),
    (.__GFP_RECLAIMABLE, 0x80000), (.__GFP_ACCOUNT, 0x100000), (.__GFP_WRITE, 0x1000000),
  ]
}
