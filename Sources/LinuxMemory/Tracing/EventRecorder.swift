// Keeps what a machine did until somebody collects it.

import Synchronization

/// An observer with a bounded list of records.
public final class EventRecorder: EventObserver {
  /// How many records are kept at most unless the initialiser says otherwise.
  public static let defaultCapacity = 65_536

  /// How many records are kept between two calls of ``drain()``; later ones are only counted.
  public let capacity: Int

  private struct State {
    var records: [EventRecord] = []
    var dropped = 0
  }

  private let state = Mutex(State())

  /// Makes an empty recorder.
  ///
  /// - Parameter capacity: How many records to keep at most.
  public init(capacity: Int = EventRecorder.defaultCapacity) { self.capacity = max(capacity, 0) }

  /// How many records were lost for want of room since the last call of ``drain()``.
  public var droppedCount: Int { state.withLock { $0.dropped } }

  /// Keeps a record. Page faults that go on where the last record ended become one with it.
  public func observe(_ record: EventRecord) {
    state.withLock { state in
      if let last = state.records.last, last.statement == record.statement,
        let both = last.event.joined(with: record.event)
      {
        state.records[state.records.count - 1].event = both
      } else if state.records.count < capacity {
        state.records.append(record)
      } else {
        state.dropped += 1
      }
    }
  }

  /// Hands over the records in the order in which they happened and forgets them.
  public func drain() -> [EventRecord] {
    state.withLock { state in
      defer { state = State() }
      return state.records
    }
  }
}
