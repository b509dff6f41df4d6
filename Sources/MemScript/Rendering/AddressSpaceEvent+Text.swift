// Address space events as trace lines.

import LinuxMemory

extension AddressSpaceEvent {
  /// The layer that the line names first, and what it did.
  var traceLine: TraceLine {
    switch self {
    case .breakMoved(_, let from, let to):
      let verb = to >= from ? "up" : "down"
      return TraceLine(
        "brk",
        "break \(verb) by \(to >= from ? to - from : from - to) bytes to "
          + "\(addressText(to))")
    case .mapped(_, let address, let length):
      return TraceLine("mmap", "\(length) bytes at \(addressText(address)), no page behind them yet")
    case .unmapped(_, let address, let length, let freed):
      return TraceLine(
        "munmap", "\(length) bytes at \(addressText(address)), \(pageCountText(freed)) given back")
    case .remapped(_, let oldAddress, let oldLength, let address, let length):
      let place = address == oldAddress ? "in place" : "moved to \(addressText(address))"
      return TraceLine("mremap", "\(oldLength) → \(length) bytes at \(addressText(oldAddress)), \(place)")
    case .protectionChanged(_, let address, let length, let permissions):
      return TraceLine("mprotect", "\(length) bytes at \(addressText(address)) now \(permissions.text)")
    case .lockChanged(_, let address, let length, let isLocked):
      return TraceLine(isLocked ? "mlock" : "munlock", "\(length) bytes at \(addressText(address))")
    case .discarded(_, let address, let length, let freed):
      return TraceLine(
        "madvise", "\(length) bytes at \(addressText(address)), \(pageCountText(freed)) given back")
    case .stackGrew(_, let from, let to):
      return TraceLine("stack", "grew by \(byteCountText(from >= to ? from - to : 0)) to \(addressText(to))")
    case .refused(_, let call, let error):
      return TraceLine(call, "refused: \(error.name) (\(error.message))")
    }
  }
}

extension MemoryPermissions {
  /// As in `/proc/PID/maps`, without the sharing: `rw-`.
  var text: String {
    (contains(.read) ? "r" : "-") + (contains(.write) ? "w" : "-") + (contains(.execute) ? "x" : "-")
  }
}
