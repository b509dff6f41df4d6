// One register of the virtual machine: 16 bytes, never reference counted.

/// What a slot holds. The integer tag is zero so that one `or` tests two operands; what has the bits of a number comes
/// before what has not, and the objects of the heap stand together.
enum Tag: UInt8 {
  case integer, pointer, boolean, null
  /// An integer of 2^63 and more.
  case unsigned
  case double
  case string, list, map, opaque
  case undefined
}

/// A value in a register: a tag and 64 bits. Strings, lists and maps are addresses of objects that the heap owns.
struct Slot: Equatable {
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

  @inline(__always)
  init(double: Double) {
    self.init(tag: .double, payload: Int64(bitPattern: double.bitPattern))
  }

  /// An unsigned integer: a plain one as long as it fits there.
  @inline(__always)
  init(unsigned: UInt64) {
    self.init(tag: unsigned <= UInt64(Int64.max) ? .integer : .unsigned, payload: Int64(bitPattern: unsigned))
  }

  init(_ object: UnsafeMutablePointer<HeapObject>) {
    self.init(tag: object.pointee.kind, payload: Int64(Int(bitPattern: object)))
  }

  @inline(__always)
  var bits: UInt64 { UInt64(bitPattern: payload) }

  /// The number of a double slot.
  @inline(__always)
  var double: Double { Double(bitPattern: bits) }

  /// Whether the slot leads to an object of the heap.
  @inline(__always)
  var isObject: Bool { tag.rawValue &- Tag.string.rawValue <= Tag.opaque.rawValue &- Tag.string.rawValue }

  /// The object behind the slot, which must lead to one.
  @inline(__always)
  var object: UnsafeMutablePointer<HeapObject> {
    assert(isObject)
    return UnsafeMutablePointer(bitPattern: Int(truncatingIfNeeded: payload)).unsafelyUnwrapped
  }

  /// Whether the slot's bits are a whole number in C: an integer, a pointer, a boolean or `NULL`.
  var isNumeric: Bool { tag.rawValue <= Tag.unsigned.rawValue }

  /// Whether C can compute with the slot: whole numbers and doubles.
  var isArithmetic: Bool { tag.rawValue <= Tag.double.rawValue }

  /// The slot as a floating-point number; it must be one that C can compute with.
  var asDouble: Double {
    switch tag {
    case .double: double
    case .integer, .boolean: Double(payload)
    default: Double(bits)
    }
  }

  /// The truth of a value: zero, `NULL`, `false`, the empty string, list and map are false.
  @inline(__always)
  var isTrue: Bool {
    switch tag {
    case .integer, .pointer, .boolean, .unsigned: payload != 0
    case .null, .undefined: false
    case .double: double != 0
    case .string, .list: object.pointee.count != 0
    case .opaque: true
    case .map: object.pointee.liveCount != 0
    }
  }

  /// What a message calls the kind of this value.
  var kindName: String {
    switch tag {
    case .integer, .unsigned: "an integer"
    case .double: "a floating-point number"
    case .map: "a map"
    case .opaque: "an object of the host"
    case .pointer: "a pointer"
    case .boolean: "a boolean"
    case .null: "NULL"
    case .string: "a string"
    case .list: "a list"
    case .undefined: "nothing"
    }
  }
}
