// How a map finds its entries: a table of places with open addressing.

/// The table of a map: for each key where its entry stands. Keys are integers and texts; the order of the entries does
/// not depend on it.
struct MapTable {
  private let map: UnsafeMutablePointer<HeapObject>

  /// Room for this many slots of entries is made at least.
  static let smallestCapacity = 8

  init(_ map: UnsafeMutablePointer<HeapObject>) {
    assert(map.pointee.kind == .map)
    self.map = map
  }

  /// The places, one more than an entry's number; 0 for none. There are twice as many as entries fit.
  private var places: UnsafeMutableBufferPointer<Int32> {
    let base = map.pointee.storage + (map.pointee.capacity + 1) * MemoryLayout<Slot>.stride
    return UnsafeMutableBufferPointer(
      start: base.assumingMemoryBound(to: Int32.self), count: map.pointee.capacity)
  }

  /// Whether another entry needs other storage first.
  var isFull: Bool { map.pointee.count + 2 > map.pointee.capacity }

  /// How many slots of entries there should be room for when it is rebuilt for one entry more.
  var nextCapacity: Int {
    map.pointee.liveCount * 4 > map.pointee.capacity ? map.pointee.capacity * 2 : map.pointee.capacity
  }

  func clear() {
    map.pointee.liveCount = 0
    places.initialize(repeating: 0)
  }

  /// Where the entry of a key stands among the slots of the entries.
  ///
  /// - Parameter work: grows by the bytes and entries looked at.
  /// - Returns: the place of the key; nil when there is none.
  func find(_ key: Slot, work: inout Int) -> Int? {
    let places = places
    let mask = places.count - 1
    let entries = map.pointee.entries
    var position = Self.hash(key) & mask
    if key.tag == .string { work += key.object.pointee.count }
    while places[position] != 0 {
      let entry = Int(places[position] - 1) * 2
      work += 1
      if Self.areEqual(entries[entry], key, &work) { return entry }
      position = (position + 1) & mask
    }
    return nil
  }

  /// Appends an entry whose key is not there; there must be room.
  func append(_ key: Slot, _ value: Slot) {
    let places = places
    let mask = places.count - 1
    var position = Self.hash(key) & mask
    while places[position] != 0 { position = (position + 1) & mask }
    places[position] = Int32(truncatingIfNeeded: map.pointee.count / 2 + 1)
    map.pointee.count += 2
    let entries = map.pointee.entries
    entries[map.pointee.count - 2] = key
    entries[map.pointee.count - 1] = value
    map.pointee.liveCount += 1
  }

  /// Takes the entry at a place out; its hole stays until the map is rebuilt.
  func remove(at place: Int) -> Slot {
    let entries = map.pointee.entries
    let value = entries[place + 1]
    entries[place] = .undefined
    entries[place + 1] = .undefined
    map.pointee.liveCount -= 1
    return value
  }

  private static func areEqual(_ x: Slot, _ y: Slot, _ work: inout Int) -> Bool {
    guard x.tag == y.tag else { return false }
    if x.payload == y.payload { return true }
    guard x.tag == .string else { return false }
    let (left, right) = (x.object.pointee.byteBuffer, y.object.pointee.byteBuffer)
    guard left.count == right.count else { return false }
    work += left.count
    return left.elementsEqual(right)
  }

  /// FNV-1a over the bytes, its upper half folded in; the same on every run.
  private static func hash(_ key: Slot) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    if key.tag == .string {
      for byte in key.object.pointee.byteBuffer { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    } else {
      hash = (hash ^ key.bits) &* 0x9e37_79b9_7f4a_7c15
    }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7fff_ffff)
  }
}
