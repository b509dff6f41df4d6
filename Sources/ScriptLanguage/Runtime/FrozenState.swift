// Globals and functions outside the heap, for snapshots.

/// A copy of all globals, with the strings and lists that they reach. Lists that are shared, or contain
/// themselves, stay so.
struct FrozenState: Sendable {
  /// A string's bytes or a list's slots; a slot that is a string or list has the index of its object here as
  /// payload.
  enum Object: Equatable, Sendable {
    case string([UInt8])
    case list([Slot])
    /// Keys and values in turn.
    case map([Slot])
    case opaque(HostObject)
  }

  /// A function: its code, or the place of the text from which it has to be compiled again.
  enum Function: Sendable {
    case code(ChunkImage)
    case text(source: Int32)

    /// Whether both are the same.
    static func == (left: Function, right: Function) -> Bool {
      switch (left, right) {
      case (.code(let one), .code(let other)): one === other
      case (.text(let one), .text(let other)): one == other
      default: false
      }
    }
  }

  var globals: [Slot] = []
  var objects: [Object] = []
  var functions: [Function?] = []
  var sources = SourceTable()

  /// About how many bytes the copy takes.
  var byteCount: Int {
    objects.reduce(globals.count * MemoryLayout<Slot>.stride + sources.byteCount) { sum, object in
      switch object {
      case .string(let bytes): sum + 48 + bytes.count
      case .list(let slots), .map(let slots): sum + 48 + slots.count * MemoryLayout<Slot>.stride
      case .opaque: sum + 48
      }
    }
  }
}

extension FrozenState {
  /// Whether all globals have the same values, and all functions are the same; globals without a value do not count.
  func isSameState(as other: FrozenState) -> Bool {
    func values(_ state: FrozenState) -> ArraySlice<Slot> {
      let end = state.globals.lastIndex { $0.tag != .undefined } ?? -1
      return state.globals[...end]
    }
    return values(self) == values(other) && objects == other.objects
      && functions.elementsEqual(other.functions) { one, two in
        switch (one, two) {
        case (nil, nil): true
        case (let one?, let two?): one == two
        default: false
        }
      }
  }

  /// Whether a global has the same value as one of another state; a nil global has none.
  func hasSameValue(_ global: Int?, as otherGlobal: Int?, in other: FrozenState) -> Bool {
    func slot(_ global: Int?, _ state: FrozenState) -> Slot {
      global.flatMap { state.globals.indices.contains($0) ? state.globals[$0] : nil } ?? .undefined
    }
    return isSame(slot(global, self), slot(otherGlobal, other), in: other, depth: 0)
  }

  private func isSame(_ one: Slot, _ two: Slot, in other: FrozenState, depth: Int) -> Bool {
    guard one.tag == two.tag else { return false }
    guard one.isObject else { return one == two }
    // A list may contain itself.
    guard depth < 32 else { return true }
    switch (objects[Int(one.payload)], other.objects[Int(two.payload)]) {
    case (.string(let left), .string(let right)): return left == right
    case (.opaque(let left), .opaque(let right)): return left == right
    case (.list(let left), .list(let right)), (.map(let left), .map(let right)):
      return left.count == right.count
        && zip(left, right).allSatisfy { isSame($0, $1, in: other, depth: depth + 1) }
    default: return false
    }
  }
}

extension Interpreter {
  func freeze() -> FrozenState {
    var state = FrozenState(functions: frozenFunctions, sources: sources)
    var indexes: [Int64: Int] = [:]
    var pending: [UnsafeMutablePointer<HeapObject>] = []
    func frozen(_ slot: Slot) -> Slot {
      guard slot.isObject else { return slot }
      if let index = indexes[slot.payload] { return Slot(tag: slot.tag, payload: Int64(index)) }
      let index = indexes.count
      indexes[slot.payload] = index
      pending.append(slot.object)
      return Slot(tag: slot.tag, payload: Int64(index))
    }
    for index in 0..<globalCount { state.globals.append(frozen(stack[index])) }
    var next = 0
    while next < pending.count {
      let object = pending[next].pointee
      switch object.kind {
      case .list: state.objects.append(.list(object.slotBuffer.map(frozen)))
      case .map: state.objects.append(.map(object.entries.filter { $0.tag != .undefined }.map(frozen)))
      case .opaque: state.objects.append(.opaque(object.hostObject))
      default: state.objects.append(.string(Array(object.byteBuffer)))
      }
      next += 1
    }
    return state
  }

  /// Takes over what a copy holds.
  ///
  /// - Parameter commands: the host's, to which the functions are linked.
  func thaw(_ state: FrozenState, _ commands: CommandTable) {
    let objects = state.objects.map { object in
      switch object {
      case .string(let bytes): bytes.withUnsafeBufferPointer { heap.makeString($0) }
      case .list(let slots): heap.makeList(capacity: slots.count)
      case .map: heap.makeMap()
      case .opaque(let object): heap.makeOpaque(object)
      }
    }
    func thawed(_ slot: Slot) -> Slot {
      slot.isObject ? Slot(objects[Int(slot.payload)]) : slot
    }
    for (index, object) in state.objects.enumerated() {
      switch object {
      case .string, .opaque: break
      case .list(let slots):
        for (position, slot) in slots.enumerated() { objects[index].pointee.slots[position] = thawed(slot) }
        objects[index].pointee.count = slots.count
      case .map(let slots):
        let table = MapTable(objects[index])
        for place in stride(from: 0, to: slots.count, by: 2) {
          if table.isFull { heap.rebuild(objects[index], capacity: table.nextCapacity) }
          table.append(thawed(slots[place]), thawed(slots[place + 1]))
        }
      }
    }
    restore(globals: state.globals.map(thawed), functions: state.functions, sources: state.sources, commands)
    // What was there before is in nobody's reach.
    activeTop = globalCount
    collect { _ in true }
  }
}
