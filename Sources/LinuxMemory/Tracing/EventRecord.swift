// An event as an observer gets it, and who observes.

/// Something that happened on a machine: when, in which statement, in whose name, and what.
public struct EventRecord: Equatable, Sendable {
  /// Microseconds since boot on the machine's clock.
  public var time: UInt64
  /// The number of the script's statement that was running; nil outside of scripts.
  public var statement: Int?
  /// In whose name the kernel worked; nil for its own threads and where no process was named.
  public var process: ProcessID?
  /// The name of that process.
  public var processName: String?
  /// What happened.
  public var event: MachineEvent

  /// Makes a record.
  public init(
    time: UInt64, statement: Int? = nil, process: ProcessID? = nil, processName: String? = nil,
    event: MachineEvent
  ) {
    self.processName = processName
    self.time = time
    self.statement = statement
    self.process = process
    self.event = event
  }
}

/// Whoever wants to know what happens on a machine, while it happens.
///
/// It is called in the middle of the machine's work, on the thread that does it, and must not use the machine.
public protocol EventObserver: AnyObject, Sendable {
  /// Takes note of an event.
  func observe(_ record: EventRecord)
}

/// Where a machine's events go. It is no part of the machine's state: all ports are equal.
public struct EventPort: Sendable, Equatable {
  /// Who gets the events; nil for nobody, and then they are not even computed.
  public var observer: (any EventObserver)?
  /// The statement that the next records name.
  public var statement: Int?

  /// Makes a port at which nobody listens.
  public init() {}

  /// Whether somebody wants to know.
  var isObserved: Bool { observer != nil }

  /// All ports are equal.
  public static func == (left: EventPort, right: EventPort) -> Bool { true }
}

extension MachineEvent {
  /// Whether an event only goes on with another one, as page faults on neighbouring pages do; then both as one.
  func joined(with next: MachineEvent) -> MachineEvent? {
    guard case .fault(let first) = self, case .fault(let second) = next else { return nil }
    return first.joined(with: second).map(MachineEvent.fault)
  }
}
