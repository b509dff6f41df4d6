// All processes of the machine, found by number.

/// The processes in the order of their numbers, the dead ones until they are waited for.
public struct ProcessTable: Sendable, Equatable {
  /// The highest process number + 1 (`/proc/sys/kernel/pid_max` of a small machine).
  public static let numberLimit: Int32 = 32_768
  /// The lowest number that is given out again after the highest one (the kernel's RESERVED_PIDS).
  static let lowestReusedNumber: Int32 = 300

  private var entries: [Process] = []
  private var statuses: [ProcessID: ExitStatus] = [:]
  private var lastNumber: Int32

  /// Makes an empty table.
  ///
  /// - Parameter lastNumber: The last number that was given out while the system booted.
  init(lastNumber: Int32) { self.lastNumber = lastNumber }

  /// Every process that runs, in the order of the numbers.
  public var live: some Sequence<Process> { entries.lazy.filter(\.isAlive) }

  /// Every process, zombies too, in the order of the numbers.
  public var all: [Process] { entries }

  /// How many there are, zombies too.
  public var count: Int { entries.count }

  /// A process that runs or is a zombie.
  public subscript(id: ProcessID) -> Process? {
    index(of: id).map { entries[$0] }
  }

  /// How a process ended; nil while it runs and for a number that was never given out.
  public func exitStatus(of id: ProcessID) -> ExitStatus? {
    if let index = index(of: id) { return entries[index].exitStatus }
    return statuses[id]
  }

  /// Where a process stands in the table; valid until a process is added or removed.
  func index(of id: ProcessID) -> Int? {
    let position = lowerBound(id)
    return position < entries.count && entries[position].id == id ? position : nil
  }

  /// The process at a position that ``index(of:)`` gave, for reading and changing in place.
  subscript(at index: Int) -> Process {
    // Not _read: a large part taken out of what it yields is read late by the compiler (6.3.1), after the
    // entries have changed.
    @inline(__always) get { entries[index] }
    _modify { yield &entries[index] }
  }

  /// The number that the next process would get; nil when all are taken.
  func nextNumber() -> ProcessID? {
    var candidate = lastNumber
    for _ in 0..<Self.numberLimit {
      candidate += 1
      if candidate >= Self.numberLimit { candidate = Self.lowestReusedNumber }
      if index(of: ProcessID(candidate)) == nil { return ProcessID(candidate) }
    }
    return nil
  }

  /// Adds a process whose number ``nextNumber()`` gave, or one of the boot's own.
  mutating func insert(_ process: Process) {
    entries.insert(process, at: lowerBound(process.id))
    statuses[process.id] = nil
    if process.id.rawValue > 1 { lastNumber = process.id.rawValue }
  }

  /// Takes a process out of the table once it was waited for, and keeps its exit status.
  mutating func remove(_ id: ProcessID) {
    guard let index = index(of: id) else { return }
    statuses[id] = entries[index].exitStatus
    entries.remove(at: index)
  }

  private func lowerBound(_ id: ProcessID) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
