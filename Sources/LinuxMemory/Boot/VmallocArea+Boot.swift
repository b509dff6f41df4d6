// The vmalloc area of a kernel that boots.

extension VmallocArea {
  /// Sets up the area of a booted kernel, whose pages it takes.
  init(configuration: MachineConfiguration, memory: PhysicalMemory, pages: inout FrameLedger) {
    let profile = configuration.profile
    let directMapEnd = profile.directMapBase + UInt64(memory.lowmemEnd.rawValue) << 12
    let start = profile.vmallocStart ?? directMapEnd + profile.vmallocGap
    self.init(start: start, end: profile.vmallocEnd, cpus: configuration.cpus)
    let recordedStart = configuration.build.virtualAreas.start
    let firmware = UInt64(memory.firmwareStart.rawValue) << 12
    let recordedEnd = profile.vmallocEnd - start + recordedStart
    for recorded in BootVirtualArea.all(configuration, start: recordedStart, end: recordedEnd) {
      var area = VirtualArea(
        start: recorded.start - recordedStart + start, size: recorded.size, caller: recorded.caller,
        kind: recorded.kind)
      area.physical = recorded.physical.map {
        BootVirtualArea.recordedFirmware.contains($0)
          ? $0 - BootVirtualArea.recordedFirmware.lowerBound + firmware : $0
      }
      area.hasMappedArray = recorded.hasMappedArray
      area.pages = pages.takePages(
        recorded.pages, [.GFP_KERNEL, .__GFP_HIGHMEM], watermark: .min, for: .vmalloc, into: &area.frames)
      if area.start < self.end, !reserve(at: area.start..<area.end) { continue }
      insert(area)
      pageTables.noteBoot(area.start..<area.end - 4096)
    }
    bootDescriptors = neededDescriptors
  }
}
