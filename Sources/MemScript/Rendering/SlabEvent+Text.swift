// The kernel's object allocator as trace lines.

import LinuxMemory

extension SlabEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .served(let cache, let requested, let usable, let address):
      return TraceLine(
        "slab",
        "\(requested) bytes from \(cache) (\(usable) usable) at "
          + "\(addressText(address))")
    case .servedLarge(let requested, let order, _, let address):
      return TraceLine(
        "slab",
        "\(byteCountText(requested)): too large for a cache, \(pageCountText(1 << order)) "
          + "from buddy "
          + "at \(addressText(address))")
    case .slabAdded(let cache, let frame, let order, let objects):
      return TraceLine(
        "slab",
        "\(cache) is full: \(pageCountText(1 << order)) from buddy (frame \(frame.rawValue)) "
          + "cut into \(objects) objects")
    case .slabReturned(let cache, let frame, let order):
      return TraceLine(
        "slab",
        "\(cache): an empty slab goes back to buddy, \(pageCountText(1 << order)) (frame "
          + "\(frame.rawValue))")
    case .freed(let cache, let address):
      return TraceLine(
        "slab",
        "\(addressText(address)) free again "
          + "in \(cache)")
    case .freedLarge(let address, let order):
      return TraceLine("slab", "\(pageCountText(1 << order)) at \(addressText(address)) back to buddy")
    case .failed(let requested, let reason):
      return TraceLine("slab", "\(byteCountText(requested)) refused: \(reason.text)")
    case .misuse(let misuse): return TraceLine("slab", "BUG: \(misuse.text)")
    }
  }
}

extension KernelAllocationFailure {
  /// The reason in words.
  var text: String {
    switch self {
    case .outOfMemory: return "no free pages"
    case .tooLarge: return "more than the allocator can serve"
    case .invalid(let what): return what
    case .addressSpaceExhausted: return "no gap in the vmalloc area is large enough"
    }
  }
}

extension SlabMisuse {
  /// What the script did wrong, in words.
  var text: String {
    switch self {
    case .notAllocated(let address): return "\(addressText(address)) belongs to no allocation"
    case .doubleFree(let address, let cache): return "\(addressText(address)) of \(cache) was free already"
    case .insideObject(let address, let cache):
      return "\(addressText(address)) points into an object of \(cache), not at its start"
    case .wrongCache(let address, let cache, let actual):
      return "\(addressText(address)) belongs to \(actual), not to \(cache); \(actual) has got it back"
    case .objectsRemain(let cache, let objects):
      return "\(cache) still has \(objects) \(objects == 1 ? "object" : "objects") in use"
    case .notACache(let address): return "\(addressText(address)) is no cache"
    }
  }
}
