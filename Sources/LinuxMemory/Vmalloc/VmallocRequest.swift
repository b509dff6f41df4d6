// What is asked of vmalloc.

/// A request for memory in the vmalloc area (`__vmalloc_node_range`, mm/vmalloc.c).
struct VmallocRequest {
  /// Bytes that one entry of the next higher page table maps on x86_64.
  static let hugeSize: UInt64 = 2 << 20

  /// Bytes.
  let size: UInt64
  /// Who asks, as `/proc/vmallocinfo` prints it.
  let caller: String
  /// Whether a script may free it.
  var isRemovable = false
  /// What may be done to find pages.
  var flags: GFPFlags = .GFP_KERNEL
  /// Whether blocks of 2 MiB may be mapped as such (`VM_ALLOW_HUGE_VMAP`).
  var mayBeHuge = false
}
