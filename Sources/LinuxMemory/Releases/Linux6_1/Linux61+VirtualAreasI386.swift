// The areas that a booted i386 kernel has mapped at the first shell prompt.

extension BootVirtualArea {
  /// linux-image-6.1.0-50-686 with 1 GiB of memory, without address randomisation.
  static let debian686: [BootVirtualArea] = [
    .init(0xf73f_e000, 8192, "acpi_os_map_iomem+0x211/0x240", .ioremap, physical: 0x3ffe_1000),
    .init(0xf740_0000, 12_288, "acpi_os_map_iomem+0x211/0x240", .ioremap, physical: 0x3ffe_0000),
    .init(0xf740_3000, 8192, "hpet_enable+0xc5/0x3da", .ioremap, physical: 0xfed0_0000),
    .init(0xf740_5000, 8192, "bpf_prog_alloc_no_stats+0x2b/0x1b0", .vmalloc, pages: 1),
    .init(0xf740_7000, 8192, "acpi_os_map_iomem+0x211/0x240", .ioremap, physical: 0xfed0_0000),
    .init(0xf740_9000, 8192, "memremap+0xa9/0x170", .ioremap, physical: 0xf5000),
    .init(0xf745_1000, 135_168, "crypto_scomp_init_tfm+0x65/0xb0", .vmalloc, pages: 32),
    .init(0xf747_2000, 135_168, "crypto_scomp_init_tfm+0x78/0xb0", .vmalloc, pages: 32),
    .init(0xf775_a000, 16_384, "n_tty_open+0x16/0x90", .vmalloc, pages: 3),
  ]
}
