// The areas that exist before the first script command.

/// An area of a booted kernel as recorded in `/proc/vmallocinfo`.
struct BootVirtualArea: Sendable {
  /// The first address.
  let start: UInt64
  /// Bytes including the guard page.
  let size: UInt64
  let caller: String
  let kind: VirtualArea.Kind
  let pages: Int
  let physical: UInt64?
  let hasMappedArray: Bool

  init(
    _ start: UInt64, _ size: UInt64, _ caller: String, _ kind: VirtualArea.Kind, pages: Int = 0,
    physical: UInt64? = nil, hasMappedArray: Bool = false
  ) {
    self.start = start
    self.size = size
    self.caller = caller
    self.kind = kind
    self.pages = pages
    self.physical = physical
    self.hasMappedArray = hasMappedArray
  }

  /// The areas of an architecture.
  static func all(_ architecture: MachineConfiguration.Architecture) -> [BootVirtualArea] {
    architecture == .x8664 ? debianAMD64 : debian686
  }

  /// Where the vmalloc area began on the recorded machine.
  static func recordedStart(_ architecture: MachineConfiguration.Architecture) -> UInt64 {
    architecture == .x8664 ? 0xffff_c900_0000_0000 : 0xf73f_e000
  }

  /// Where the firmware's tables lay on the recorded machine: at the top of 1 GiB.
  static let recordedFirmware: Range<UInt64> = 0x3ffe_0000..<0x4000_0000
}

extension VmallocArea {
  /// Sets up the area of a booted kernel, whose pages it takes.
  init(configuration: MachineConfiguration, memory: PhysicalMemory, pages: inout FrameLedger) {
    let profile = configuration.profile
    let directMapEnd = profile.directMapBase + UInt64(memory.lowmemEnd.rawValue) << 12
    let start = profile.vmallocStart ?? directMapEnd + profile.vmallocGap
    self.init(start: start, end: profile.vmallocEnd, cpus: configuration.cpus)
    let recordedStart = BootVirtualArea.recordedStart(configuration.architecture)
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
