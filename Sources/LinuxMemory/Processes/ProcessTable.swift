// All processes of the machine, found by number.

/// A process of the table, for as long as it is in there: it keeps its place, and can be asked whether it still runs.
///
/// Calls look a number up once and hand this on. Whoever asks for memory on the way asks ``ProcessTable/isLiving(_:)``
/// again, because the OOM killer may have run.
struct ProcessHandle: Hashable, Sendable, Codable {
  /// The process's number.
  let id: ProcessID
  fileprivate let slot: SlotHandle
}

/// The processes in the order of their numbers, the dead ones until they are waited for.
///
/// Invariants: `numbers` rises strictly and `handles` names the process of each; whoever is in `statuses` is in neither.
public struct ProcessTable: Sendable, Codable {
  /// The highest process number + 1 of a small machine, until somebody raises it.
  private static let presetNumberLimit: Int32 = 32_768
  /// The lowest number that is given out again after the highest one (the kernel's RESERVED_PIDS).
  static let lowestReusedNumber: Int32 = 300

  private var slots = SlotTable<LinuxProcess>()
  private var numbers: [ProcessID] = []
  private var handles: [ProcessHandle] = []
  @InKeyOrder private var statuses: [ProcessID: ExitStatus] = [:]
  @InKeyOrder private var threads: [ProcessID: ProcessID] = [:]
  /// The number that was given out last (`/proc/sys/kernel/ns_last_pid`).
  package internal(set) var lastNumber: Int32 { didSet { isExhausted = false } }
  /// Whether no number was free when one was last looked for, and none has come free since.
  private var isExhausted = false
  /// The highest process number + 1 (`/proc/sys/kernel/pid_max`).
  package internal(set) var numberLimit = Self.presetNumberLimit { didSet { isExhausted = false } }
  /// The last processes that a signal ended, as they were then, the latest last.
  private(set) var remains: [LinuxProcess] = []
  /// How many of them are kept.
  static let remainsLimit = 4

  /// Makes an empty table.
  ///
  /// - Parameter lastNumber: The last number that was given out while the system booted.
  init(lastNumber: Int32) { self.lastNumber = lastNumber }

  /// Every process that runs, in the order of the numbers.
  public var live: some Sequence<LinuxProcess> { all.lazy.filter(\.isAlive) }

  /// Every process, zombies too, in the order of the numbers.
  public var all: some RandomAccessCollection<LinuxProcess> & Sendable { ProcessList(table: self) }

  /// How many there are, zombies too.
  public var count: Int { numbers.count }

  /// The handle of every process, zombies too, in the order of the numbers.
  var allHandles: [ProcessHandle] { handles }

  /// How many processes there have been at a time at most, whose places are kept.
  var capacity: Int { slots.capacity }

  /// A process that runs or is a zombie.
  public subscript(id: ProcessID) -> LinuxProcess? {
    handle(of: id).map { slots[$0.slot] }
  }

  /// How a process ended; nil while it runs and for a number that was never given out.
  public func exitStatus(of id: ProcessID) -> ExitStatus? {
    if let handle = handle(of: id) { return slots[handle.slot].exitStatus }
    return statuses[id]
  }

  /// The name of a process that runs or is a zombie.
  package func name(of id: ProcessID) -> String? { handle(of: id).map { self[$0].name } }

  /// The handle of a process that runs or is a zombie.
  func handle(of id: ProcessID) -> ProcessHandle? {
    let position = lowerBound(id)
    return position < numbers.count && numbers[position] == id ? handles[position] : nil
  }

  /// Whether a process exists and runs; a zombie does not. Who asks often asks here: a call to the machine from another
  /// module copies it.
  package func isAlive(_ id: ProcessID) -> Bool { living(id) != nil }

  /// The handle of a process that runs.
  func living(_ id: ProcessID) -> ProcessHandle? {
    guard let handle = handle(of: id), slots[handle.slot].isAlive else { return nil }
    return handle
  }

  /// Whether a process is in the table still, as a zombie at least.
  func contains(_ handle: ProcessHandle) -> Bool { slots.contains(handle.slot) }

  /// Whether a process runs still.
  @inline(__always)
  func isLiving(_ handle: ProcessHandle) -> Bool {
    slots.contains(handle.slot) && slots[handle.slot].isAlive
  }

  /// A process that is in the table still, for reading and changing in place.
  subscript(handle: ProcessHandle) -> LinuxProcess {
    @inline(__always) get { slots[handle.slot] }
    @inline(__always) _modify { yield &slots[handle.slot] }
  }

  /// The number that the next process gets; nil when all are taken.
  mutating func nextNumber() -> ProcessID? {
    guard !isExhausted else { return nil }
    var candidate = lastNumber
    for _ in 0..<numberLimit {
      candidate += 1
      if candidate >= numberLimit { candidate = Self.lowestReusedNumber }
      let id = ProcessID(candidate)
      if handle(of: id) == nil, threads[id] == nil { return id }
    }
    isExhausted = true
    return nil
  }

  /// Adds a process whose number ``nextNumber()`` gave, or one of the boot's own.
  @discardableResult
  mutating func insert(_ process: LinuxProcess) -> ProcessHandle {
    let handle = ProcessHandle(id: process.id, slot: slots.insert(process))
    let position = lowerBound(process.id)
    assert(
      position == numbers.count || numbers[position] != process.id, "a process number is given out twice")
    numbers.insert(process.id, at: position)
    handles.insert(handle, at: position)
    statuses[process.id] = nil
    if process.id.rawValue > 1 { lastNumber = process.id.rawValue }
    return handle
  }

  /// A process as a signal found it, for looking at after its death; nil when it was another end, or long ago.
  public func remains(of id: ProcessID) -> LinuxProcess? { remains.last { $0.id == id } }

  /// Keeps a process as it is, which a signal is about to end.
  mutating func keepRemains(_ handle: ProcessHandle) {
    if remains.count == Self.remainsLimit { remains.removeFirst() }
    remains.append(slots[handle.slot])
  }

  /// Adds the allocator to what is kept of a process that died in a call of it.
  mutating func completeRemains(of id: ProcessID, _ malloc: MallocStorage) {
    guard let index = remains.lastIndex(where: { $0.id == id }), remains[index].mallocStorage == nil else {
      return
    }
    remains[index].mallocStorage = malloc
  }

  /// Takes a process out of the table once it was waited for, and keeps its exit status.
  mutating func remove(_ handle: ProcessHandle) {
    assert(contains(handle), "a process is waited for twice")
    let position = lowerBound(handle.id)
    guard position < handles.count, handles[position] == handle else { return }
    statuses[handle.id] = slots[handle.slot].exitStatus
    slots.remove(handle.slot)
    numbers.remove(at: position)
    handles.remove(at: position)
    isExhausted = false
  }

  /// Notes a thread whose number ``nextNumber()`` gave.
  mutating func noteThread(_ id: ProcessID, of process: ProcessID) {
    threads[id] = process
    lastNumber = id.rawValue
  }

  /// Lets the number of a thread be given out again.
  mutating func forgetThread(_ id: ProcessID) {
    threads[id] = nil
    isExhausted = false
  }

  /// Whose thread has a number; nil for those of processes and for free ones.
  package func owner(ofThread id: ProcessID) -> ProcessID? { threads[id] }

  private func lowerBound(_ id: ProcessID) -> Int {
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How the table's lists contradict each other, in words; empty for a sound table.
  func invariantViolations() -> [String] {
    var found = slots.invariantViolations(inUse: numbers.count)
    let running = all.flatMap { process in
      process.threads.filter(\.isAlive).map { "\($0.id) of \(process.id)" }
    }
    if Set(running) != Set(threads.map { "\($0.key) of \($0.value)" }) {
      found.append("threads are not those of the processes")
    }
    for (position, handle) in handles.enumerated() {
      if position > 0, numbers[position - 1] >= numbers[position] {
        found.append("process numbers do not rise")
      }
      if handle.id != numbers[position] || !contains(handle) || slots[handle.slot].id != handle.id {
        found.append("process \(numbers[position]) is not where its handle says")
      }
      if statuses[handle.id] != nil { found.append("process \(handle.id) was waited for and is there") }
    }
    return found
  }
}

extension ProcessTable: Equatable {
  /// Compares the processes by number; the places that they have make no difference.
  public static func == (left: ProcessTable, right: ProcessTable) -> Bool {
    left.numbers == right.numbers && left.threads == right.threads && left.statuses == right.statuses
      && left.lastNumber == right.lastNumber
      && left.all.elementsEqual(right.all) && left.remains == right.remains
  }
}

/// The processes of a table, in the order of their numbers.
private struct ProcessList: RandomAccessCollection, Sendable {
  let table: ProcessTable
  var startIndex: Int { 0 }
  var endIndex: Int { table.count }
  subscript(position: Int) -> LinuxProcess { table[table.allHandles[position]] }
}
