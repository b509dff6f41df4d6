// Entries of maps.

extension Interpreter {
  /// A key as maps have them.
  private func checked(_ key: Slot) throws -> Slot {
    switch key.tag {
    case .integer, .string: return key
    default: throw ScriptError("a key is a string or an integer, not \(key.kindName)", kind: .type)
    }
  }

  /// Where the entry of a key stands; nil for none.
  func place(of key: Slot, in map: UnsafeMutablePointer<HeapObject>) throws -> Int? {
    var work = 0
    let place = MapTable(map).find(try checked(key), work: &work)
    if work > 64 { try budget.charge(work >> 6) }
    return place
  }

  func value(of key: Slot, in map: UnsafeMutablePointer<HeapObject>) throws -> Slot {
    guard let place = try place(of: key, in: map) else { throw noEntry(key, in: map) }
    return map.pointee.entries[place + 1]
  }

  func noEntry(_ key: Slot, in map: UnsafeMutablePointer<HeapObject>) -> ScriptError {
    var hint = map.pointee.liveCount == 0 ? "the map is empty" : "`contains(map, key)` asks first"
    if key.tag == .string {
      let names = map.pointee.entries.prefix(2000).filter {
        $0.tag == .string && $0.object.pointee.count < 100
      }
      .map { $0.object.pointee.text }
      hint = Suggestion.didYouMean(key.object.pointee.text, among: [names])?.hint ?? hint
    }
    return ScriptError("there is no key \(Slot.brief(key)) in this map", hint: hint)
  }

  func set(_ key: Slot, to value: Slot, in map: UnsafeMutablePointer<HeapObject>) throws {
    if let place = try place(of: key, in: map) {
      map.pointee.entries[place + 1] = value
      return
    }
    let table = MapTable(map)
    if table.isFull {
      let capacity = table.nextCapacity
      guard capacity <= limits.heapBytes / MemoryLayout<Slot>.stride else { throw heapExhausted() }
      try reserve(HeapObject.mapBytes(capacity))
      try budget.charge(capacity >> 3)
      heap.rebuild(map, capacity: capacity)
    }
    table.append(key, value)
  }

  /// Takes the entry of a key out.
  func removeEntry(_ key: Slot, from map: UnsafeMutablePointer<HeapObject>) throws -> Slot {
    guard let place = try place(of: key, in: map) else { throw noEntry(key, in: map) }
    return MapTable(map).remove(at: place)
  }

  /// The keys of a map, its values, or both in turn, as a list.
  func mapParts(_ map: Slot, keys: Bool, values: Bool) throws -> Slot {
    let count = map.object.pointee.liveCount * (keys && values ? 2 : 1)
    try reserve(slots: count)
    let list = heap.makeList(capacity: count)
    let entries = map.object.pointee.entries
    for place in stride(from: 0, to: entries.count, by: 2) {
      if place.isMultiple(of: Interpreter.elementsPerLook) {
        try charge(elements: min(entries.count - place, Interpreter.elementsPerLook))
      }
      guard entries[place].tag != .undefined else { continue }
      for part in (keys ? 0 : 1)...(values ? 1 : 0) {
        list.pointee.slots[list.pointee.count] = entries[place + part]
        list.pointee.count += 1
      }
    }
    return Slot(list)
  }
}
