// Who asked for the vmalloc areas of a booted Linux 6.1.

extension BootVirtualArea {
  /// A caller of vmalloc, as `/proc/vmallocinfo` of linux-image-6.1.0-50-amd64 prints it.
  enum Caller: String {
    case interruptStack = "irq_init_percpu_irqstack+0xf0/0x120"
    case fork = "kernel_clone+0xbf/0x430"
    case forkIdle = "fork_idle+0x76/0x105"
    case chunkMap = "pcpu_create_chunk+0x4e/0x1b0"
    case chunkBounds = "pcpu_create_chunk+0x75/0x1b0"
    case chunkBlocks = "pcpu_create_chunk+0x92/0x1b0"
    case chunkOwners = "pcpu_create_chunk+0x167/0x1b0"
    case compressor = "crypto_scomp_init_tfm+0x75/0xe0"
    case decompressor = "crypto_scomp_init_tfm+0x93/0xe0"
    case terminal = "n_tty_open+0x14/0xa0"
  }
}

extension BootVirtualAreas {
  /// linux-image-6.1.0-50-amd64.
  static let debianAMD64 = BootVirtualAreas(areas: BootVirtualArea.debianAMD64, start: 0xffff_c900_0000_0000)
  /// linux-image-6.1.0-50-686.
  static let debian686 = BootVirtualAreas(areas: BootVirtualArea.debian686, start: 0xf73f_e000)
}
