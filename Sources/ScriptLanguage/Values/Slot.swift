// One register of the virtual machine: 16 bytes, never reference counted.

/// What a slot holds. The integer tag is zero so that one `or` tests two operands.
enum Tag: UInt8 {
  case integer, pointer, boolean, null, string, list, undefined
}

/// A value in a register: a tag and 64 bits. Strings and lists are addresses of objects that the heap owns.
struct Slot {
  var tag: Tag
  var payload: Int64

  static let null = Slot(tag: .null, payload: 0)
  static let undefined = Slot(tag: .undefined, payload: 0)

  @inline(__always)
  init(tag: Tag, payload: Int64) {
    self.tag = tag
    self.payload = payload
  }

  @inline(__always)
  init(_ integer: Int64) { self.init(tag: .integer, payload: integer) }

  @inline(__always)
  init(_ boolean: Bool) { self.init(tag: .boolean, payload: boolean ? 1 : 0) }

  @inline(__always)
  init(pointer: UInt64) { self.init(tag: .pointer, payload: Int64(bitPattern: pointer)) }

  init(_ object: UnsafeMutablePointer<HeapObject>) {
    self.init(
      tag: object.pointee.isList ? .list : .string, payload: Int64(Int(bitPattern: object)))
  }

  @inline(__always)
  var bits: UInt64 { UInt64(bitPattern: payload) }

  /// The object behind a string or list slot; the tag must be one of the two.
  @inline(__always)
  var object: UnsafeMutablePointer<HeapObject> {
    assert(tag == .string || tag == .list)
    return UnsafeMutablePointer(bitPattern: Int(truncatingIfNeeded: payload)).unsafelyUnwrapped
  }

  /// Whether the slot counts as a number in C: an integer, a pointer, a boolean or `NULL`.
  var isNumeric: Bool { tag.rawValue <= Tag.null.rawValue }

  /// The truth of a value: zero, `NULL`, `false`, the empty string and the empty list are false.
  @inline(__always)
  var isTrue: Bool {
    switch tag {
    case .integer, .pointer, .boolean: payload != 0
    case .null, .undefined: false
    case .string, .list: object.pointee.count != 0
    }
  }

  /// What a message calls the kind of this value.
  var kindName: String {
    switch tag {
    case .integer: "an integer"
    case .pointer: "a pointer"
    case .boolean: "a boolean"
    case .null: "NULL"
    case .string: "a string"
    case .list: "a list"
    case .undefined: "nothing"
    }
  }
}
