// Page faults as trace lines.

import LinuxMemory

extension FaultEvent {
  /// The line of one event.
  var traceLine: TraceLine {
    switch self {
    case .demandZero(_, let address, let pages):
      return .counted("fault", pages, "zeroed and mapped", from: address)
    case .zeroPage(_, let address, let pages):
      return .counted("fault", pages, "read before written: the shared zero page", from: address)
    case .copied(_, let address, let pages):
      return .counted("fault", pages, "copied on write", from: address)
    case .reused(_, let address, let pages):
      return .counted("fault", pages, "no longer shared: made writable again", from: address)
    case .swappedIn(_, let address, let pages):
      return .counted("fault", pages, "read back from swap (major)", from: address)
    case .sharedPage(_, let address, let pages):
      return .counted("fault", pages, "of a shared mapping mapped", from: address)
    case .hugePage(_, let address, let pages):
      return .counted("fault", pages, "in huge pages", from: address)
    case .refused(_, let address, let signal, let permissions):
      let place = addressText(address)
      guard let permissions else { return TraceLine("fault", "nothing mapped at \(place): signal \(signal)") }
      if signal != 11 {
        return TraceLine("fault", "no memory behind the mapping at \(place): signal \(signal)")
      }
      let allowed = permissions.isEmpty ? "no access is" : "only reading is"
      return TraceLine("fault", "mapped, but \(allowed) allowed at \(place): signal \(signal)")
    }
  }
}
