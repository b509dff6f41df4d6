// Address space events as trace lines.

import LinuxMemory

extension AddressSpaceEvent {
  /// The layer that the line names first, and what it did.
  var traceLine: TraceLine {
    switch self {
    case .breakMoved(_, let from, let to):
      return TraceLine(
        "brk", "heap end (program break) \(byteChangeText(from: from, to: to)), now \(addressText(to))")
    case .mapped(_, let address, let length):
      return TraceLine("mmap", "\(byteCountText(length)) at \(addressText(address)), no page behind it yet")
    case .unmapped(_, let address, let length, let left, let freed):
      return TraceLine(
        "munmap", "\(byteCountText(length)) at \(addressText(address))\(Self.released(left, freed))")
    case .remapped(_, let oldAddress, let oldLength, let address, let length):
      let place = address == oldAddress ? "in place" : "moved to \(addressText(address))"
      return TraceLine(
        "mremap",
        "\(byteCountText(oldLength)) -> \(byteCountText(length)) at \(addressText(oldAddress)), \(place)")
    case .protectionChanged(_, let address, let length, let permissions):
      return TraceLine(
        "mprotect", "\(byteCountText(length)) at \(addressText(address)) now \(permissions.text)")
    case .lockChanged(_, let address, let length, let isLocked):
      let place =
        address == 0
        ? "all mappings, \(byteCountText(length))" : "\(byteCountText(length)) at \(addressText(address))"
      return TraceLine(isLocked ? "mlock" : "munlock", place)
    case .discarded(_, let address, let length, let left, let freed):
      return TraceLine(
        "madvise", "\(byteCountText(length)) at \(addressText(address))\(Self.released(left, freed))")
    case .stackGrew(_, let from, let to):
      return TraceLine("stack", "grew by \(byteCountText(from >= to ? from - to : 0)) to \(addressText(to))")
    case .refused(_, let call, let error):
      return TraceLine(call, "refused: \(error.name) (\(error.message))")
    }
  }

  /// What became of the pages that left a process.
  private static func released(_ left: Int, _ freed: Int) -> String {
    if left <= 0 { return freed > 0 ? ", \(pagesText(freed)) come free" : ", no page was behind it" }
    if freed >= left { return ", \(pagesText(left)) come free" }
    if freed == 0 { return ", \(pagesText(left)) leave the process, none comes free: others hold them, too" }
    return ", \(pagesText(left)) leave the process, \(pageCountText(freed)) come free: others hold the rest"
  }
}

extension MemoryPermissions {
  /// As in `/proc/PID/maps`, without the sharing: `rw-`.
  var text: String {
    (contains(.read) ? "r" : "-") + (contains(.write) ? "w" : "-") + (contains(.execute) ? "x" : "-")
  }
}
