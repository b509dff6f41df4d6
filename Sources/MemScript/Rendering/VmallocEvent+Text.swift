// The vmalloc area as trace lines.

import LinuxMemory

extension VmallocEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .mapped(let requested, let pages, let address):
      return TraceLine(
        "vmalloc",
        "\(byteCountText(requested)): \(pageCountText(pages)) from anywhere mapped at "
          + "\(addressText(address))")
    case .mappedDevice(let physical, let size, let address):
      return TraceLine(
        "ioremap",
        "\(byteCountText(size)) of physical \(addressText(physical)) mapped at "
          + "\(addressText(address))")
    case .unmapped(let address, let pages):
      return TraceLine("vmalloc", "\(addressText(address)) unmapped, \(pageCountText(pages)) freed")
    case .failed(let requested, let reason):
      return TraceLine("vmalloc", "\(byteCountText(requested)) refused: \(reason.text)")
    case .misuse(let misuse): return TraceLine("vmalloc", "BUG: \(misuse.text)")
    }
  }
}

extension VmallocMisuse {
  /// What the script did wrong, in words.
  var text: String {
    switch self {
    case .unaligned(let address): return "bad address \(addressText(address)): not the start of a page"
    case .noArea(let address): return "no area of the vmalloc space starts at \(addressText(address))"
    case .deviceIsRAM(let physical, let size):
      return "ioremap on RAM at \(addressText(physical)) - \(addressText(physical &+ size &- 1))"
    case .invalidPhysical(let physical): return "invalid physical address \(addressText(physical))"
    }
  }
}

extension PageMisuse {
  /// What the script did wrong, in words.
  var text: String {
    switch self {
    case .notAllocated(let address): return "no block of this order is in use at \(addressText(address))"
    case .notInDirectMap(let address): return "\(addressText(address)) is not in the linear map"
    case .wrongOrder(let address, let named, let actual):
      return "the block at \(addressText(address)) has order \(actual), not \(named)"
    case .notAPageStruct(let address): return "\(addressText(address)) is not a struct page"
    }
  }
}
