// The slab caches of Linux 6.1 as Debian 12 builds it.

extension BootSlabs {
  /// linux-image-6.1.0-50-amd64; free objects lay in partial slabs of one cache only.
  static let debianAMD64 = BootSlabs(
    caches: BootSlabCache.debianAMD64, largePages: 294, growthToFourCPUs: growthToFourCPUs,
    growthPerMemoryBlock: growthPerMemoryBlock, freeObjects: ("kmalloc-32", 748, 640))

  /// linux-image-6.1.0-50-686; its growth is taken from x86_64, and free objects were recorded with one CPU.
  static let debian686 = BootSlabs(
    caches: BootSlabCache.debian686, largePages: 24, growthToFourCPUs: growthToFourCPUs,
    growthPerMemoryBlock: growthPerMemoryBlock, freeObjects: ("kmalloc-16", 1312, 1312))

  /// The objects that a machine with four CPUs has more than one with one CPU at the first shell prompt:
  /// those of its kernel threads, and those that lie free in each CPU's own slabs. Recorded on x86_64 and
  /// taken for i386 as well.
  static let growthToFourCPUs: [String: Int] = [
    "bio-256": 39, "sock_inode_cache": 38, "skbuff_ext_cache": 21, "skbuff_head_cache": 32,
    "proc_dir_entry": 42, "pde_opener": 102, "proc_inode_cache": 47, "seq_file": 34, "sigqueue": 102,
    "shmem_inode_cache": 50, "kernfs_node_cache": 640, "mnt_cache": 51, "filp": 48, "inode_cache": 100,
    "dentry": 105, "names_cache": 24, "lsm_inode_cache": 384, "lsm_file_cache": 510,
    "vm_area_struct": 78, "files_cache": 35, "signal_cache": 84, "sighand_cache": 45, "task_struct": 35,
    "cred_jar": 63, "anon_vma_chain": 192, "anon_vma": 117, "pid": 96, "Acpi-Operand": 112,
    "Acpi-State": 51, "shared_policy_node": 85, "ftrace_event_field": 73, "maple_node": 64,
    "radix_tree_node": 112, "mm_struct": 98, "vmap_area": 256, "kmalloc-cg-8k": 4, "kmalloc-cg-4k": 8,
    "kmalloc-cg-2k": 16, "kmalloc-cg-1k": 56, "kmalloc-cg-512": 24, "kmalloc-cg-256": 32,
    "kmalloc-cg-192": 42, "kmalloc-cg-128": 32, "kmalloc-cg-32": 256, "kmalloc-cg-16": 768,
    "kmalloc-cg-8": 1024, "kmalloc-8k": 12, "kmalloc-4k": 24, "kmalloc-2k": 24, "kmalloc-1k": 48,
    "kmalloc-512": 48, "kmalloc-256": 64, "kmalloc-192": 63, "kmalloc-128": 96, "kmalloc-96": 126,
    "kmalloc-64": 192, "kmalloc-32": 256, "kmalloc-16": 512, "kmalloc-8": 1024, "kmem_cache_node": 64,
    "kmem_cache": 16,
  ]

  /// Objects for each memory block beyond the eight of 1 GiB: the directory of the block in
  /// `/sys/devices/system/memory` and its device.
  static let growthPerMemoryBlock = ["kernfs_node_cache": 20, "kmalloc-256": 2, "kmalloc-1k": 1]
}
