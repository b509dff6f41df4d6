// Where the warnings of Linux 6.1.176 come from, as Debian builds it.

enum Linux61Warnings {
  /// The 64-bit kernel.
  static let debianAMD64: [KernelWarning: WarningPlace] = [
    .wrongCache: WarningPlace("mm/slab.h:660", "cache_from_obj+0xa1/0x120"),
    .cacheInUse: WarningPlace("mm/slab_common.c:493", "kmem_cache_destroy+0x141/0x150"),
    .blockTooLarge: WarningPlace("mm/page_alloc.c:5634", "__alloc_pages+0x2a9/0x330"),
    .unalignedVfree: WarningPlace("mm/vmalloc.c:2695", "__vunmap+0x31a/0x340"),
    .vfreeOfNothing: WarningPlace("mm/vmalloc.c:2701", "__vunmap+0x7e/0x340"),
    .emptyVmalloc: WarningPlace("mm/vmalloc.c:3170", "__vmalloc_node_range+0x806/0x880"),
    .kvmallocTooLarge: WarningPlace("mm/util.c:596", "kvmalloc_node+0xc0/0xd0"),
    .ioremapOfRAM: WarningPlace("arch/x86/mm/ioremap.c:211", "__ioremap_caller+0x345/0x360"),
    .ioremapBeyondProcessor: WarningPlace("arch/x86/mm/ioremap.c:201", "__ioremap_caller.cold+0x59/0x60"),
  ]

  /// The 32-bit kernel, on which an address that the processor does not have cannot be named.
  static let debian686: [KernelWarning: WarningPlace] = [
    .wrongCache: WarningPlace("mm/slab.h:660", "kmem_cache_free+0x28d/0x2f0"),
    .cacheInUse: WarningPlace("mm/slab_common.c:493", "kmem_cache_destroy+0x126/0x140"),
    .blockTooLarge: WarningPlace("mm/page_alloc.c:5634", "__alloc_pages+0x21e/0xf40"),
    .unalignedVfree: WarningPlace("mm/vmalloc.c:2695", "__vunmap+0x29d/0x2d0"),
    .vfreeOfNothing: WarningPlace("mm/vmalloc.c:2701", "__vunmap+0x6d/0x2d0"),
    .emptyVmalloc: WarningPlace("mm/vmalloc.c:3170", "__vmalloc_node_range+0x442/0x550"),
    .kvmallocTooLarge: WarningPlace("mm/util.c:596", "kvmalloc_node+0xa9/0xb0"),
    .ioremapOfRAM: WarningPlace("arch/x86/mm/ioremap.c:211", "__ioremap_caller.constprop.0+0x289/0x2a0"),
    .ioremapBeyondProcessor: WarningPlace(
      "arch/x86/mm/ioremap.c:201", "__ioremap_caller.constprop.0+0x0/0x2a0"),
  ]
}
