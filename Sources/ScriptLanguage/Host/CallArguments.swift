// What a C call of a script passes to its command.

/// The arguments of one call: a view on the virtual machine's registers that copies and allocates nothing.
///
/// It is valid only during the call that received it, and the compiler keeps it from being stored.
public struct CallArguments: ~Copyable {
  private let base: UnsafePointer<Slot>
  /// How many arguments the script wrote; between the required and all parameters of the signature.
  public let count: Int

  init(base: UnsafePointer<Slot>, count: Int) {
    self.base = base
    self.count = count
  }

  /// Whether the script gave the argument at `index`, counted from 0.
  public func isPresent(_ index: Int) -> Bool { index >= 0 && index < count }

  /// The argument at `index`, counted from 0; `.null` when it was left out, and for a list that cannot be
  /// a tree because it contains itself (`value(_:)` says so instead).
  public subscript(index: Int) -> ScriptValue { (try? value(index)) ?? .null }

  /// The argument at `index`; `.null` when it was left out.
  ///
  /// - Throws: `ScriptError` for a list that contains itself.
  public func value(_ index: Int) throws -> ScriptValue {
    guard isPresent(index) else { return .null }
    do {
      return try base[index].value()
    } catch var error as ScriptError {
      error.argument = index
      throw error
    }
  }

  /// The argument as a signed integer, as C converts it: a pointer's bits, 0 or 1 for a boolean, 0 for `NULL`
  /// and for an argument that was left out; a floating-point number loses its fraction, an unsigned one of 2^63 or more
  /// keeps its bits.
  ///
  /// - Throws: `ScriptError` when it is no number, one that does not fit, or a pointer of 2^63 or more.
  public func integer(_ index: Int) throws -> Int64 {
    guard isPresent(index) else { return 0 }
    let slot = base[index]
    if slot.tag == .double {
      guard let number = Int64(exactly: slot.double.rounded(.towardZero)) else {
        throw Self.tooLarge(slot, index)
      }
      return number
    }
    guard slot.isNumeric else { throw Self.mismatch("an integer", slot, index) }
    guard slot.tag != .pointer || slot.payload >= 0 else {
      throw ScriptError("this pointer does not fit a signed 64-bit integer", argument: index)
    }
    return slot.payload
  }

  /// The argument as a `size_t`, as C converts it: −1 is 2^64 − 1; 0 when it was left out.
  ///
  /// - Throws: `ScriptError` when it is a string or a list.
  public func size(_ index: Int) throws -> UInt64 {
    guard isPresent(index) else { return 0 }
    let slot = base[index]
    if slot.tag == .double {
      let whole = slot.double.rounded(.towardZero)
      if let number = UInt64(exactly: whole) { return number }
      guard let number = Int64(exactly: whole) else { throw Self.tooLarge(slot, index) }
      return UInt64(bitPattern: number)
    }
    guard slot.isNumeric else { throw Self.mismatch("an integer", slot, index) }
    return slot.bits
  }

  /// The argument as a floating-point number; 0 when it was left out.
  ///
  /// - Throws: `ScriptError` when it is no number.
  public func double(_ index: Int) throws -> Double {
    guard isPresent(index) else { return 0 }
    guard base[index].isArithmetic else { throw Self.mismatch("a number", base[index], index) }
    return base[index].asDouble
  }

  /// The argument as an address: a pointer, an integer with its 64 bits, or 0 for `NULL` and when left out.
  ///
  /// - Throws: `ScriptError` when it is a string or a list.
  public func address(_ index: Int) throws -> UInt64 {
    guard isPresent(index) else { return 0 }
    let slot = base[index]
    guard slot.isNumeric else { throw Self.mismatch("a pointer", slot, index) }
    return slot.bits
  }

  /// The argument as a text; the empty text when it was left out.
  ///
  /// - Throws: `ScriptError` when it is no string.
  public func string(_ index: Int) throws -> String {
    guard isPresent(index) else { return "" }
    let slot = base[index]
    guard slot.tag == .string else { throw Self.mismatch("a string", slot, index) }
    return slot.object.pointee.text
  }

  private static func mismatch(_ wanted: String, _ slot: Slot, _ index: Int) -> ScriptError {
    var hint: String?
    if slot.tag == .string, let first = slot.object.pointee.byteBuffer.first, (0x30...0x39).contains(first) {
      hint = "a number is written without quotes: `\(slot.object.pointee.text)`; `int(text)` converts"
    }
    return ScriptError("expected \(wanted), found \(slot.kindName)", kind: .type, argument: index, hint: hint)
  }

  private static func tooLarge(_ slot: Slot, _ index: Int) -> ScriptError {
    ScriptError("\(slot.double.description) does not fit an integer", argument: index)
  }
}
