// The kernel's pages and the physical address space of a machine that boots.

extension KernelPages {
  /// Notes what boot took.
  init(bootFrames: [FrameRange], memory: PhysicalMemory) {
    let firmware = UInt64(memory.firmwareStart.rawValue) << pageShift
    self.init(
      bootFrames: bootFrames, resources: memory.resources,
      firmware: firmware..<firmware + UInt64(BootVirtualArea.recordedFirmware.count),
      lowmemEnd: memory.lowmemEnd, pageStructs: memory.pageStructs)
  }
}
