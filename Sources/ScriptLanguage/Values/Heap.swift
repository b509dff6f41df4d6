// Where strings, lists and maps live, and how they are collected.

/// Allocates objects and frees those that no root reaches. Nothing is freed except in `collect`, which runs only
/// when every live value is in a register, a global or a chunk.
final class Heap {
  private var first: UnsafeMutablePointer<HeapObject>?
  /// What all objects take.
  private(set) var bytes = 0
  /// What the present collection marks the objects with that it reaches.
  private var currentMark: UInt32 = 0
  /// When to collect next.
  private var threshold = Heap.smallestThreshold

  /// The constants of each piece of code that there is.
  private var constants: [ObjectIdentifier: [UnsafeMutablePointer<HeapObject>]] = [:]

  /// The objects that stand for those of the host.
  private var hostObjects: [ObjectIdentifier: UnsafeMutablePointer<HeapObject>] = [:]

  private static let smallestThreshold = 4 << 20

  var needsCollection: Bool { bytes > threshold }

  deinit {
    while let object = first {
      first = object.pointee.next
      free(object)
    }
  }

  // MARK: Constants

  /// Keeps objects for a piece of code.
  func hold(_ objects: [UnsafeMutablePointer<HeapObject>], for code: ObjectIdentifier) {
    if !objects.isEmpty { constants[code] = objects }
  }

  /// Keeps them no longer.
  func letGo(of code: ObjectIdentifier) { constants[code] = nil }

  // MARK: Making objects

  /// Makes a list with room for `capacity` elements.
  func makeList(capacity: Int = 0) -> UnsafeMutablePointer<HeapObject> {
    let storage = UnsafeMutableRawPointer.allocate(
      byteCount: max(capacity, 1) * MemoryLayout<Slot>.stride, alignment: 16)
    return link(HeapObject(next: first, kind: .list, count: 0, capacity: capacity, storage: storage))
  }

  /// Makes a string of `count` bytes that `fill` writes.
  ///
  /// - Throws: what `fill` throws; there is no string then.
  func makeString(
    count: Int, fill: (UnsafeMutablePointer<UInt8>) throws -> Void
  ) rethrows -> UnsafeMutablePointer<HeapObject> {
    let storage = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
    do {
      try fill(storage.bindMemory(to: UInt8.self, capacity: max(count, 1)))
    } catch {
      storage.deallocate()
      throw error
    }
    var object = HeapObject(next: first, kind: .string, count: count, capacity: count, storage: storage)
    object.isASCII = object.byteBuffer.allSatisfy { $0 < 0x80 }
    return link(object)
  }

  func makeString(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeMutablePointer<HeapObject> {
    makeString(count: bytes.count) { target in
      if let base = bytes.baseAddress { target.update(from: base, count: bytes.count) }
    }
  }

  func makeString(_ text: String) -> UnsafeMutablePointer<HeapObject> {
    var text = text
    return text.withUTF8 { makeString($0) }
  }

  /// Makes an empty map with room for entries of `capacity` slots, a power of two.
  func makeMap(capacity: Int = MapTable.smallestCapacity) -> UnsafeMutablePointer<HeapObject> {
    let storage = UnsafeMutableRawPointer.allocate(byteCount: HeapObject.mapBytes(capacity), alignment: 16)
    let map = link(HeapObject(next: first, kind: .map, count: 0, capacity: capacity, storage: storage))
    MapTable(map).clear()
    return map
  }

  /// Gives a map other storage, with room for entries of `capacity` slots, and without holes.
  func rebuild(_ map: UnsafeMutablePointer<HeapObject>, capacity: Int) {
    let old = map.pointee
    let storage = UnsafeMutableRawPointer.allocate(byteCount: HeapObject.mapBytes(capacity), alignment: 16)
    bytes -= old.footprint
    map.pointee.storage = storage
    map.pointee.capacity = capacity
    map.pointee.count = 0
    bytes += map.pointee.footprint
    let table = MapTable(map)
    table.clear()
    for place in stride(from: 0, to: old.count, by: 2) where old.entries[place].tag != .undefined {
      table.append(old.entries[place], old.entries[place + 1])
    }
    old.storage.deallocate()
  }

  /// Makes an object that stands for one of the host's; the same for the same.
  func makeOpaque(_ object: HostObject) -> UnsafeMutablePointer<HeapObject> {
    if let known = hostObjects[ObjectIdentifier(object)] { return known }
    let bytes = MemoryLayout<Unmanaged<HostObject>>.size
    let storage = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    storage.initializeMemory(as: Unmanaged<HostObject>.self, to: Unmanaged.passRetained(object))
    let made = link(HeapObject(next: first, kind: .opaque, count: 0, capacity: bytes, storage: storage))
    hostObjects[ObjectIdentifier(object)] = made
    return made
  }

  private func link(_ object: HeapObject) -> UnsafeMutablePointer<HeapObject> {
    let pointer = UnsafeMutablePointer<HeapObject>.allocate(capacity: 1)
    pointer.initialize(to: object)
    first = pointer
    bytes += object.footprint
    return pointer
  }

  /// Gives a list room for at least `capacity` elements.
  func grow(_ list: UnsafeMutablePointer<HeapObject>, capacity: Int) {
    let wanted = max(capacity, list.pointee.capacity)
    let storage = UnsafeMutableRawPointer.allocate(
      byteCount: wanted * MemoryLayout<Slot>.stride, alignment: 16)
    storage.copyMemory(
      from: list.pointee.storage, byteCount: list.pointee.count * MemoryLayout<Slot>.stride)
    list.pointee.storage.deallocate()
    list.pointee.storage = storage
    bytes -= list.pointee.footprint
    list.pointee.capacity = wanted
    bytes += list.pointee.footprint
  }

  private func free(_ object: UnsafeMutablePointer<HeapObject>) {
    if object.pointee.kind == .opaque {
      hostObjects[ObjectIdentifier(object.pointee.hostObject)] = nil
      object.pointee.storage.assumingMemoryBound(to: Unmanaged<HostObject>.self).pointee.release()
    }
    object.pointee.storage.deallocate()
    object.deallocate()
  }

  // MARK: Collecting

  /// Frees every object that `mark` does not reach; `mark` calls its argument for each root.
  ///
  /// - Parameter mayGoOn: asked with the number of objects looked at; once it says no, what is left stays.
  func collect(mayGoOn: (Int) -> Bool, _ mark: ((Slot) -> Void) -> Void) {
    var pending: [UnsafeMutablePointer<HeapObject>] = []
    // An earlier collection that was broken off left its marks behind; this one's are others.
    currentMark &+= 1
    mark { slot in self.reach(slot, &pending) }
    for objects in constants.values {
      for object in objects { reach(Slot(object), &pending) }
    }
    while let list = pending.popLast() {
      guard mayGoOn(list.pointee.count + 1) else { return }
      for slot in list.pointee.reachable { reach(slot, &pending) }
    }
    sweep(mayGoOn)
    threshold = max(Heap.smallestThreshold, bytes * 2)
  }

  @inline(__always)
  private func reach(_ slot: Slot, _ pending: inout [UnsafeMutablePointer<HeapObject>]) {
    guard slot.isObject else { return }
    let object = slot.object
    guard object.pointee.mark != currentMark else { return }
    object.pointee.mark = currentMark
    if object.pointee.kind == .list || object.pointee.kind == .map { pending.append(object) }
  }

  private func sweep(_ mayGoOn: (Int) -> Bool) {
    // The link that leads to the object looked at.
    var link: UnsafeMutablePointer<HeapObject>?
    var next = first
    var looked = 0
    while let object = next {
      next = object.pointee.next
      looked += 1
      if looked.isMultiple(of: 1024), !mayGoOn(1024) { return }
      if object.pointee.mark == currentMark {
        link = object
      } else {
        if let link { link.pointee.next = next } else { first = next }
        bytes -= object.pointee.footprint
        free(object)
      }
    }
  }
}
