// Memory that a kernel image and its early boot take.

/// Memory that a kernel image and its early boot take, calibrated on booted kernels.
struct BootFootprint: Sendable {
  /// The image as /proc/iomem names it.
  let map: ImageMap
  /// Where the parts of the image lie that stay: text, read-only data, data, bss.
  let image: [FrameRange]
  /// The instructions for other processors and for one CPU, freed before the watermarks are computed.
  let alternatives: FrameRange
  /// Parts of the image that are freed at the end of boot, in the order of freeing.
  let freedImage: [FrameRange]
  /// Pages of the initial RAM disk, which lies at the top of low memory and is freed at the end of boot.
  let ramDiskPages: Int
  /// The early heap behind the image, from which the first page tables come (`.brk`).
  let breakArea: FrameRange
  /// Pages per CPU of the first per-CPU chunk, and those that are added to it during boot.
  let perCPUPages: Int, addedPerCPUPages: Int
  /// What the kernel has taken when the first program runs, beside what has a formula or a name.
  let takings: BootTakings
}
