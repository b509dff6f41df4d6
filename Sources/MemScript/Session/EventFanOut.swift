// One observer that passes on to two.

import LinuxMemory

/// Tells two observers of each event.
final class EventFanOut: EventObserver {
  private let first: any EventObserver
  private let second: any EventObserver

  init(_ first: any EventObserver, _ second: any EventObserver) {
    (self.first, self.second) = (first, second)
  }

  func observe(_ record: EventRecord) {
    first.observe(record)
    second.observe(record)
  }
}
