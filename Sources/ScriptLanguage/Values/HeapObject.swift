// The strings, lists and maps behind slots: headers and storage that only the heap allocates and frees.

/// A string (its UTF-8 bytes), a list (its slots) or a map, linked into the heap's chain of all objects.
///
/// A map's storage begins with a slot that counts its entries; then come the entries, a key and a value each, in the
/// order of insertion, with holes where one was removed; then a table of places, see `MapTable`.
/// An opaque object's storage is a reference to the host's object.
struct HeapObject {
  var next: UnsafeMutablePointer<HeapObject>?
  /// `.string`, `.list`, `.map` or `.opaque`.
  var kind: Tag
  /// The mark of the last collection that reached it.
  var mark: UInt32 = 0
  /// Whether a string holds ASCII only, so that characters can be indexed directly.
  var isASCII = false
  /// Bytes of a string, slots of a list, slots of a map's entries with its holes.
  var count: Int
  var capacity: Int
  var storage: UnsafeMutableRawPointer

  /// The slots of a list.
  @inline(__always)
  var slots: UnsafeMutablePointer<Slot> { storage.assumingMemoryBound(to: Slot.self) }

  var bytes: UnsafeMutablePointer<UInt8> { storage.assumingMemoryBound(to: UInt8.self) }

  var byteBuffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: count) }

  var slotBuffer: UnsafeMutableBufferPointer<Slot> { UnsafeMutableBufferPointer(start: slots, count: count) }

  /// The keys and values of a map, with its holes.
  var entries: UnsafeMutableBufferPointer<Slot> { UnsafeMutableBufferPointer(start: slots + 1, count: count) }

  /// How many entries a map has.
  var liveCount: Int {
    get { Int(slots.pointee.payload) }
    nonmutating set { slots.pointee = Slot(Int64(newValue)) }
  }

  /// The host's object of an opaque one; its storage holds a reference that is retained.
  var hostObject: HostObject {
    storage.assumingMemoryBound(to: Unmanaged<HostObject>.self).pointee.takeUnretainedValue()
  }

  /// What a list or a map leads to.
  var reachable: UnsafeMutableBufferPointer<Slot> { kind == .map ? entries : slotBuffer }

  /// The text of a string object.
  var text: String { String(decoding: byteBuffer, as: UTF8.self) }

  /// What the object costs the heap's budget: header and storage as the host's malloc rounds them.
  var footprint: Int {
    HeapObject.allocatedBytes(MemoryLayout<HeapObject>.stride) + HeapObject.allocatedBytes(storageBytes)
  }

  private var storageBytes: Int {
    switch kind {
    case .list: capacity * MemoryLayout<Slot>.stride
    case .map: HeapObject.mapBytes(capacity)
    default: capacity
    }
  }

  /// How many bytes the storage of a map takes with room for so many slots of entries.
  static func mapBytes(_ capacity: Int) -> Int {
    (capacity + 1) * MemoryLayout<Slot>.stride + capacity * MemoryLayout<Int32>.stride
  }

  /// What an empty object costs.
  static var emptyFootprint: Int { allocatedBytes(MemoryLayout<HeapObject>.stride) + allocatedBytes(0) }

  /// What a block costs: 8 bytes for its size, in steps of 16, at least 32 (malloc(3) of the host).
  private static func allocatedBytes(_ count: Int) -> Int { max((count + 8 + 15) & ~15, 32) }
}
