// The strings and lists behind slots: headers and storage that only the heap allocates and frees.

/// A string (its UTF-8 bytes) or a list (its slots), linked into the heap's chain of all objects.
struct HeapObject {
  var next: UnsafeMutablePointer<HeapObject>?
  var isList: Bool
  /// The mark of the last collection that reached it.
  var mark: UInt32 = 0
  /// Whether a string holds ASCII only, so that characters can be indexed directly.
  var isASCII = false
  /// Bytes of a string, slots of a list.
  var count: Int
  var capacity: Int
  var storage: UnsafeMutableRawPointer

  @inline(__always)
  var slots: UnsafeMutablePointer<Slot> { storage.assumingMemoryBound(to: Slot.self) }

  var bytes: UnsafeMutablePointer<UInt8> { storage.assumingMemoryBound(to: UInt8.self) }

  var byteBuffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: count) }

  var slotBuffer: UnsafeMutableBufferPointer<Slot> { UnsafeMutableBufferPointer(start: slots, count: count) }

  /// The text of a string object.
  var text: String { String(decoding: byteBuffer, as: UTF8.self) }

  /// What the object costs the heap's budget: header and storage as the host's malloc rounds them.
  var footprint: Int {
    let storage = isList ? capacity * MemoryLayout<Slot>.stride : capacity
    return HeapObject.allocatedBytes(MemoryLayout<HeapObject>.stride) + HeapObject.allocatedBytes(storage)
  }

  /// What an empty object costs.
  static var emptyFootprint: Int { allocatedBytes(MemoryLayout<HeapObject>.stride) + allocatedBytes(0) }

  /// What a block costs: 8 bytes for its size, in steps of 16, at least 32 (malloc(3) of the host).
  private static func allocatedBytes(_ count: Int) -> Int { max((count + 8 + 15) & ~15, 32) }
}
