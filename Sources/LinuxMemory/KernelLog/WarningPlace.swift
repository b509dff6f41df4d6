// Where in the kernel's source and code its warnings come from.

/// A `WARN_ON` of Linux 6.1.176 as Debian builds it: the line of the source, and the function with the place in
/// its code, which differs between the 64-bit and the 32-bit kernel.
struct WarningPlace: Sendable {
  /// File and line.
  let source: String
  /// Function, offset and size of the 64-bit kernel.
  let wide: String
  /// Function, offset and size of the 32-bit kernel.
  let narrow: String

  private init(_ source: String, _ wide: String, _ narrow: String) {
    self.source = source
    self.wide = wide
    self.narrow = narrow
  }

  /// An object freed to a cache that it is not of.
  static let wrongCache = WarningPlace(
    "mm/slab.h:660", "cache_from_obj+0xa1/0x120", "kmem_cache_free+0x28d/0x2f0")
  /// A cache destroyed while objects are in use.
  static let cacheInUse = WarningPlace(
    "mm/slab_common.c:493", "kmem_cache_destroy+0x141/0x150", "kmem_cache_destroy+0x126/0x140")
  /// kfree of a single page that kmalloc did not give.
  static let singlePageFree = WarningPlace(
    "mm/slab_common.c:904", "free_large_kmalloc+0x3c/0x70", "free_large_kmalloc+0x58/0x90")
  /// A request for more than the largest block.
  static let blockTooLarge = WarningPlace(
    "mm/page_alloc.c:5634", "__alloc_pages+0x2a9/0x330", "__alloc_pages+0x21e/0xf40")
  /// vfree of an address inside a page.
  static let unalignedVfree = WarningPlace(
    "mm/vmalloc.c:2695", "__vunmap+0x31a/0x340", "__vunmap+0x29d/0x2d0")
  /// vfree of an address where nothing is mapped.
  static let vfreeOfNothing = WarningPlace("mm/vmalloc.c:2701", "__vunmap+0x7e/0x340", "__vunmap+0x6d/0x2d0")
  /// vmalloc of no bytes.
  static let emptyVmalloc = WarningPlace(
    "mm/vmalloc.c:3170", "__vmalloc_node_range+0x806/0x880", "__vmalloc_node_range+0x442/0x550")
  /// kvmalloc of more than an int counts.
  static let kvmallocTooLarge = WarningPlace(
    "mm/util.c:596", "kvmalloc_node+0xc0/0xd0", "kvmalloc_node+0xa9/0xb0")
  /// A device mapping of RAM.
  static let ioremapOfRAM = WarningPlace(
    "arch/x86/mm/ioremap.c:211", "__ioremap_caller+0x345/0x360", "__ioremap_caller.constprop.0+0x289/0x2a0")
  /// A device mapping of an address that the processor does not have; it cannot be named on the 32-bit kernel.
  static let ioremapBeyondProcessor = WarningPlace(
    "arch/x86/mm/ioremap.c:201", "__ioremap_caller.cold+0x59/0x60", "__ioremap_caller.constprop.0+0x0/0x2a0")
}
