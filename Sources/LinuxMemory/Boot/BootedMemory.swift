// The kernel's memory as the first script command finds it.

/// What boot leaves behind: zones, slab caches, mappings, and pages that the kernel keeps for itself.
public struct BootedMemory: Sendable {
  /// The zones with what is still free.
  public private(set) var pageAllocator: PageAllocator
  /// The slab caches.
  public let slab: Slab
  /// The vmalloc area.
  public let vmallocArea: VmallocArea
  /// Pages that nothing accounts for, and blocks that scripts take.
  public let kernelPages: KernelPages

  /// Boots: sets the zones up and lets the kernel take its pages.
  ///
  /// How many it takes in all is calibrated on booted kernels of 1, 2 and 4 GiB; slab caches and
  /// mappings are those recorded, the rest has no name.
  public init(configuration: MachineConfiguration) {
    let memory = PhysicalMemory(configuration)
    var pages = PageAllocator(configuration: configuration, memory: memory)
    let before = pages.freePageCount + pages.perCPUPageCount
    slab = Slab(configuration: configuration, pages: &pages)
    vmallocArea = VmallocArea(configuration: configuration, memory: memory, pages: &pages)
    let taken = before - pages.freePageCount - pages.perCPUPageCount
    let footprint = configuration.kernel.footprint(configuration.architecture)
    let gibibytes = Swift.min(Int(configuration.ram >> 30), footprint.takenPages.limit)
    let wanted = footprint.takenPages.base + footprint.takenPages.perGiB * gibibytes
    var frames: [FrameRange] = []
    _ = pages.allocatePages(Swift.max(0, wanted - taken), .GFP_KERNEL, watermark: .min, into: &frames)
    pages.releaseLate(memory)
    kernelPages = KernelPages(bootFrames: frames, memory: memory)
    pageAllocator = pages
  }
}
