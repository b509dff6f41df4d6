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

  /// Where the firmware's tables lay on the recorded machine: at the top of 1 GiB.
  static let recordedFirmware: Range<UInt64> = 0x3ffe_0000..<0x4000_0000
}

/// The areas of a booted kernel.
struct BootVirtualAreas: Sendable {
  /// The areas by address.
  let areas: [BootVirtualArea]
  /// Where the vmalloc area began on the recorded machine.
  let start: UInt64
}
