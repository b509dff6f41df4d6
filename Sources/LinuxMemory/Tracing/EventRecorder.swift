// Keeps what the machine did until a listener collects it.

/// A bounded list of events; recording costs one test while nobody listens.
public struct EventRecorder: Equatable, Sendable {
  /// How many events are kept at most unless the initialiser says otherwise.
  public static let defaultCapacity = 65_536

  /// Whether anybody listens. Nothing is recorded, nor even computed, while this is false.
  public var isEnabled: Bool
  /// How many events are kept between two calls of ``drain()``; later ones are only counted.
  public let capacity: Int
  /// How many events were lost for want of room since the last call of ``drain()``.
  public private(set) var droppedCount = 0

  private var events: [Event] = []

  /// Makes an empty recorder.
  ///
  /// - Parameters:
  ///   - isEnabled: Whether to record from the start.
  ///   - capacity: How many events to keep at most.
  public init(isEnabled: Bool = false, capacity: Int = EventRecorder.defaultCapacity) {
    self.isEnabled = isEnabled
    self.capacity = max(capacity, 0)
  }

  /// Keeps an event when somebody listens; the argument is evaluated only then. Page faults that go on
  /// where the last event ended become one with it.
  @inlinable
  public mutating func record(_ event: @autoclosure () -> Event) {
    if isEnabled { append(event()) }
  }

  /// Hands over the events in the order in which they happened and forgets them.
  public mutating func drain() -> [Event] {
    defer {
      events = []
      droppedCount = 0
    }
    return events
  }

  @usableFromInline
  mutating func append(_ event: Event) {
    if case .fault(let next) = event, case .fault(let last) = events.last, let both = last.joined(with: next)
    {
      events[events.count - 1] = .fault(both)
    } else if events.count < capacity {
      events.append(event)
    } else {
      droppedCount += 1
    }
  }
}
