// The image of Linux 6.1 as Debian 12 builds it, and what it takes at boot.

extension BootFootprint {
  /// A run of frames from one frame number up to but not including another.
  private static func frames(_ start: Int, _ end: Int) -> FrameRange {
    FrameRange(start: FrameNumber(start), count: end - start)
  }

  /// linux-image-6.1.0-50-amd64.
  static let debianAMD64 = BootFootprint(
    map: .debianAMD64,
    image: [
      frames(0x1000, 0x1e02), frames(0x2000, 0x28e7), frames(0x2a00, 0x3043), frames(0x330d, 0x3403),
      frames(0x3600, 0x4400),
    ],
    alternatives: frames(0x3043, 0x304c),
    freedImage: [
      frames(0x3403, 0x3600), frames(0x304c, 0x330d), frames(0x1e02, 0x2000), frames(0x28e7, 0x2a00),
    ],
    ramDiskPages: 362, breakArea: frames(0x4400, 0x4411), perCPUPages: 62, addedPerCPUPages: 3,
    takings: .debianAMD64)

  /// linux-image-6.1.0-50-686.
  static let debian686 = BootFootprint(
    map: .debian686,
    image: [frames(0x1000, 0x1d86), frames(0x1e72, 0x1ee6)],
    alternatives: frames(0x1d86, 0x1d8e),
    freedImage: [frames(0x1d8e, 0x1e72)],
    ramDiskPages: 368, breakArea: frames(0x1ee6, 0x1ef6), perCPUPages: 33, addedPerCPUPages: 0,
    takings: .debian686)
}

extension BootTakings {
  /// linux-image-6.1.0-50-amd64, calibrated on machines of 256 MiB to 16 GiB with 1 to 8 CPUs, which differ by up to
  /// 15 pages.
  static let debianAMD64 = BootTakings(
    programs: 843, others: 363, perFurtherCPU: 26, threads: 43, threadsPerFourCPUs: 31)
  /// linux-image-6.1.0-50-686, calibrated on machines of 256 MiB to 4 GiB with 1 to 4 CPUs.
  static let debian686 = BootTakings(
    programs: 804, others: 275, perFurtherCPU: 22, threads: 43, threadsPerFourCPUs: 35)
}

extension ImageMap {
  /// linux-image-6.1.0-50-amd64.
  static let debianAMD64 = ImageMap(
    parts: [
      Part(start: 0x100_0000, end: 0x1e0_1d31, name: "Kernel code"),
      Part(start: 0x200_0000, end: 0x28e_6fff, name: "Kernel rodata"),
      Part(start: 0x2a0_0000, end: 0x2c4_89bf, name: "Kernel data"),
      Part(start: 0x330_d000, end: 0x43f_ffff, name: "Kernel bss"),
    ], isWide: true, hasVideoArea: false)

  /// linux-image-6.1.0-50-686.
  static let debian686 = ImageMap(
    parts: [
      Part(start: 0x100_0000, end: 0x191_bc7f, name: "Kernel code"),
      Part(start: 0x191_c000, end: 0x1c3_8fff, name: "Kernel rodata"),
      Part(start: 0x1c3_9000, end: 0x1d7_0bbf, name: "Kernel data"),
      Part(start: 0x1e7_2000, end: 0x1ee_5fff, name: "Kernel bss"),
    ], isWide: false, hasVideoArea: true)
}
