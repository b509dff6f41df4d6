// The physical address space by name, as /proc/iomem lists it.

extension PhysicalMemory {
  /// The resources of a QEMU PC: memory, the kernel image, firmware, devices.
  var resources: [PhysicalResource] {
    let firmware = UInt64(firmwareStart.rawValue) << 12
    let firmwareEnd = firmware + 0x2_0000
    var result = [
      PhysicalResource(start: 0, end: 0xfff, name: "Reserved", depth: 0),
      PhysicalResource(start: 0x1000, end: 0x9_fbff, name: "System RAM", depth: 0),
      PhysicalResource(start: 0x9_fc00, end: 0x9_ffff, name: "Reserved", depth: 0),
      PhysicalResource(start: 0xa_0000, end: 0xb_ffff, name: "PCI Bus 0000:00", depth: 0),
    ]
    if image.hasVideoArea {
      result.append(PhysicalResource(start: 0xa_0000, end: 0xb_ffff, name: "Video RAM area", depth: 1))
    }
    result += [
      PhysicalResource(start: 0xc_0000, end: 0xc_9bff, name: "Video ROM", depth: 0),
      PhysicalResource(start: 0xc_a000, end: 0xc_a5ff, name: "Adapter ROM", depth: 0),
      PhysicalResource(start: 0xf_0000, end: 0xf_ffff, name: "Reserved", depth: 0),
      PhysicalResource(start: 0xf_0000, end: 0xf_ffff, name: "System ROM", depth: 1),
      PhysicalResource(start: 0x10_0000, end: firmware - 1, name: "System RAM", depth: 0),
    ]
    result += image.parts.map {
      PhysicalResource(start: $0.start, end: $0.end, name: $0.name, depth: 1)
    }
    result += [
      PhysicalResource(start: firmware, end: firmwareEnd - 1, name: "Reserved", depth: 0),
      PhysicalResource(start: firmwareEnd, end: 0xfebf_ffff, name: "PCI Bus 0000:00", depth: 0),
      PhysicalResource(start: 0xfd00_0000, end: 0xfdff_ffff, name: "0000:00:02.0", depth: 1),
      PhysicalResource(start: 0xfebf_0000, end: 0xfebf_0fff, name: "0000:00:02.0", depth: 1),
      PhysicalResource(start: 0xfec0_0000, end: 0xfec0_03ff, name: "IOAPIC 0", depth: 0),
      PhysicalResource(start: 0xfed0_0000, end: 0xfed0_03ff, name: "HPET 0", depth: 0),
      PhysicalResource(start: 0xfed0_0000, end: 0xfed0_03ff, name: "PNP0103:00", depth: 1),
      PhysicalResource(start: 0xfee0_0000, end: 0xfee0_0fff, name: "Local APIC", depth: 0),
      PhysicalResource(start: 0xfffc_0000, end: 0xffff_ffff, name: "Reserved", depth: 0),
    ]
    return result + highResources
  }

  /// What lies above 4 GiB, which only a 64-bit kernel sees.
  private var highResources: [PhysicalResource] {
    guard image.isWide else { return [] }
    var window: UInt64 = 1 << 32
    var result: [PhysicalResource] = []
    if ram.count > 2 {
      window = UInt64(ram[2].end.rawValue) << 12
      result.append(PhysicalResource(start: 1 << 32, end: window - 1, name: "System RAM", depth: 0))
    }
    let windowEnd = window + (2 << 30) - 1
    result.append(PhysicalResource(start: window, end: windowEnd, name: "PCI Bus 0000:00", depth: 0))
    if windowEnd < 0xfd_0000_0000 {
      result.append(
        PhysicalResource(start: 0xfd_0000_0000, end: 0xff_ffff_ffff, name: "Reserved", depth: 0))
    }
    return result
  }
}
