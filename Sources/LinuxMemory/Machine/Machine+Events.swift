// Telling an observer what happens.

extension Machine {
  /// Tells whoever listens of an event, which is computed only then.
  ///
  /// - Parameter process: in whose name; that of the machine's ``actor`` when left out.
  @inline(__always)
  func record(_ event: @autoclosure () -> MachineEvent, by process: ProcessID? = nil) {
    guard let observer = events.observer else { return }
    let process = process ?? actor
    observer.observe(
      EventRecord(
        time: clock, statement: events.statement, process: process,
        processName: process.flatMap(processes.name), event: event()))
  }

  /// Does bookkeeping that listeners are not told about.
  mutating func quietly<Value>(_ work: (inout Machine) -> Value) -> Value {
    let observer = events.observer
    events.observer = nil
    defer { events.observer = observer }
    return work(&self)
  }
}
