// The strings and lists behind slots: headers and storage that only the heap allocates and frees.

/// A string (its UTF-8 bytes) or a list (its slots), linked into the heap's chain of all objects.
struct HeapObject {
  var next: UnsafeMutablePointer<HeapObject>?
  var isList: Bool
  var isMarked = false
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

  /// What the object costs the heap's budget.
  var footprint: Int {
    MemoryLayout<HeapObject>.stride + (isList ? capacity * MemoryLayout<Slot>.stride : capacity)
  }
}
