// Page faults as trace lines.

import LinuxMemory

extension FaultEvent {
  /// The line of one event.
  ///
  /// - Parameters:
  ///   - pages: how many pages, those of others that are told with it included.
  ///   - isSum: whether it stands for others, too: then it tells no place.
  func traceLine(pages: Int, isSum: Bool) -> TraceLine {
    func served(_ words: String, at address: UInt64) -> TraceLine {
      TraceLine("fault", "\(pagesText(pages)) \(words)\(isSum ? "" : " at \(addressText(address))")")
    }
    switch self {
    case .demandZero(_, let address, _): return served("zeroed and mapped", at: address)
    case .zeroPage(_, let address, _):
      return served("read before written: the shared page of zeros, no memory", at: address)
    case .copied(_, let address, _):
      return served(
        "copied on write: until then shared, with another process or as the page of zeros", at: address)
    case .reused(_, let address, _): return served("no longer shared: made writable again", at: address)
    case .swappedIn(_, let address, _): return served("read back from swap (major faults)", at: address)
    case .sharedPage(_, let address, _): return served("of a file or of shared memory mapped", at: address)
    case .hugePage(_, let address, _): return served("in huge pages zeroed and mapped", at: address)
    case .refused(_, let address, let signal, let permissions):
      let place = addressText(address)
      let name = "SIG\(SignalText.name(of: signal) ?? "\(signal)")"
      guard let permissions else {
        return TraceLine("signal", "nothing is mapped at \(place): \(name) (SEGV_MAPERR)")
      }
      if signal != 11 {
        return TraceLine("signal", "the mapping at \(place) has no memory behind it: \(name) (BUS_ADRERR)")
      }
      let allowed = permissions.isEmpty ? "no access is" : "only reading is"
      return TraceLine(
        "signal", "\(place) is mapped \(permissions.text), but \(allowed) allowed: \(name) (SEGV_ACCERR)")
    }
  }
}
