// The types of Swift that a command's parameters may have.

/// A type that a command of the host takes as an argument.
///
/// `Bool`, whole and floating-point numbers, `String`, ``ScriptPointer``, ``HostObject``, ``ScriptValue``, arrays and
/// dictionaries of them, their optionals for arguments that may be left out, and ``Variadic`` for any number of them
/// conform; so can a type of your own.
public protocol ScriptArgument {
  /// What a script may write there.
  static var parameterKind: CommandSignature.ParameterKind { get }

  /// Whether a call may leave it out.
  static var isOptional: Bool { get }

  /// Whether it takes all arguments that follow.
  static var isVariadic: Bool { get }

  /// Takes over a value of a script.
  ///
  /// - Throws: ``ScriptError`` for one that does not fit.
  init(argument value: ScriptValue) throws

  /// Reads an argument that the script has given; by default through ``init(argument:)``.
  ///
  /// - Throws: ``ScriptError`` for one that does not fit.
  static func read(_ index: Int, of arguments: borrowing CallArguments) throws -> Self
}

extension ScriptArgument {
  /// It has to be there.
  public static var isOptional: Bool { false }

  /// It is one.
  public static var isVariadic: Bool { false }

  /// Reads an argument through ``init(argument:)``.
  public static func read(_ index: Int, of arguments: borrowing CallArguments) throws -> Self {
    try Self(argument: try arguments.value(index))
  }
}

/// The error of a value of the wrong type.
private func mismatch(_ wanted: String, _ value: ScriptValue) -> ScriptError {
  ScriptError("expected \(wanted), found \(value.kindName)", kind: .type)
}

extension ScriptArgument where Self: FixedWidthInteger {
  /// A whole number.
  public static var parameterKind: CommandSignature.ParameterKind { .integer }

  /// Takes over a whole number, the bits of a pointer, 0 or 1 for a boolean.
  public init(argument value: ScriptValue) throws {
    let number: Self? =
      switch value {
      case .integer(let value): Self(exactly: value)
      case .unsigned(let value), .pointer(let value): Self(exactly: value)
      case .boolean(let value): value ? 1 : 0
      case .null: 0
      default: throw mismatch("an integer", value)
      }
    guard let number else { throw ScriptError("\(value) does not fit an argument of \(Self.bitWidth) bits") }
    self = number
  }
}

extension Int: ScriptArgument {}
extension Int32: ScriptArgument {}
extension Int64: ScriptArgument {
  /// Reads the number as C converts it.
  public static func read(_ index: Int, of arguments: borrowing CallArguments) throws -> Int64 {
    try arguments.integer(index)
  }
}
extension UInt: ScriptArgument {}
extension UInt32: ScriptArgument {}
extension UInt64: ScriptArgument {
  /// Reads the number as a `size_t`: −1 is 2^64 − 1.
  public static func read(_ index: Int, of arguments: borrowing CallArguments) throws -> UInt64 {
    try arguments.size(index)
  }
}

extension Double: ScriptArgument {
  /// A number.
  public static var parameterKind: CommandSignature.ParameterKind { .number }

  /// Takes over a number.
  public init(argument value: ScriptValue) throws {
    guard let number = value.doubleValue else { throw mismatch("a number", value) }
    self = number
  }
}

extension Bool: ScriptArgument {
  /// `true` or `false`.
  public static var parameterKind: CommandSignature.ParameterKind { .boolean }

  /// Takes over a truth value; a number is true unless it is 0, as in C.
  public init(argument value: ScriptValue) throws {
    switch value {
    case .boolean(let value): self = value
    case .integer(let number): self = number != 0
    default: throw mismatch("true or false", value)
    }
  }
}

extension String: ScriptArgument {
  /// A text.
  public static var parameterKind: CommandSignature.ParameterKind { .string }

  /// Takes over a text.
  public init(argument value: ScriptValue) throws {
    guard case .string(let text) = value else { throw mismatch("a string", value) }
    self = text
  }

  /// Reads a text.
  public static func read(_ index: Int, of arguments: borrowing CallArguments) throws -> String {
    try arguments.string(index)
  }
}

extension ScriptValue: ScriptArgument {
  /// Any value.
  public static var parameterKind: CommandSignature.ParameterKind { .any }

  /// Takes over the value as it is.
  public init(argument value: ScriptValue) { self = value }
}

extension HostObject: ScriptArgument {
  /// An object of the host's.
  public static var parameterKind: CommandSignature.ParameterKind { .object }

  /// Takes over what the object wraps.
  public convenience init(argument value: ScriptValue) throws {
    guard case .object(let object) = value else { throw mismatch("an object of the host", value) }
    self.init(object.value, name: object.name)
  }

  /// Reads the object itself.
  public static func read(_ index: Int, of arguments: borrowing CallArguments) throws -> Self {
    let value = try arguments.value(index)
    guard case .object(let object as Self) = value else { throw mismatch("an object of the host", value) }
    return object
  }
}

/// An address of the simulated machine, as a parameter or a result of a command.
public struct ScriptPointer: Hashable, Sendable {
  /// The address in bytes from 0; 0 is `NULL`.
  public var address: UInt64

  /// Makes a pointer.
  public init(_ address: UInt64) { self.address = address }
}

extension ScriptPointer: ScriptArgument {
  /// An address.
  public static var parameterKind: CommandSignature.ParameterKind { .pointer }

  /// Takes over a pointer, an integer with its 64 bits, or `NULL`.
  public init(argument value: ScriptValue) throws {
    switch value {
    case .pointer(let bits), .unsigned(let bits): self.init(bits)
    case .integer(let number): self.init(UInt64(bitPattern: number))
    case .null: self.init(0)
    default: throw mismatch("a pointer", value)
    }
  }
}

extension Array: ScriptArgument where Element: ScriptArgument {
  /// A list.
  public static var parameterKind: CommandSignature.ParameterKind { .list }

  /// Takes over a list whose elements fit.
  public init(argument value: ScriptValue) throws {
    guard case .list(let values) = value else { throw mismatch("a list", value) }
    self = try values.map { try Element(argument: $0) }
  }
}

extension Dictionary: ScriptArgument where Key == String, Value: ScriptArgument {
  /// A map.
  public static var parameterKind: CommandSignature.ParameterKind { .map }

  /// Takes over a map whose keys are texts and whose values fit.
  public init(argument value: ScriptValue) throws {
    guard let entries = value.dictionaryValue else { throw mismatch("a map with texts as keys", value) }
    self = try entries.mapValues { try Value(argument: $0) }
  }
}

extension Optional: ScriptArgument where Wrapped: ScriptArgument {
  /// What it is when it is there.
  public static var parameterKind: CommandSignature.ParameterKind { Wrapped.parameterKind }

  /// It may be left out.
  public static var isOptional: Bool { true }

  /// Takes over `NULL` as nil, and anything else as what it is.
  public init(argument value: ScriptValue) throws {
    self = value == .null ? nil : try Wrapped(argument: value)
  }
}

/// Any number of arguments of one type, as the last parameter of a command.
public struct Variadic<Element: ScriptArgument>: ScriptArgument {
  /// The arguments.
  public var values: [Element]

  /// What each of them is.
  public static var parameterKind: CommandSignature.ParameterKind { Element.parameterKind }

  /// There may be none.
  public static var isOptional: Bool { true }

  /// It takes all that follow.
  public static var isVariadic: Bool { true }

  /// Takes over one argument.
  public init(argument value: ScriptValue) throws { values = [try Element(argument: value)] }

  /// Reads the argument and all that follow it.
  public static func read(_ index: Int, of arguments: borrowing CallArguments) throws -> Variadic {
    var all = Variadic(values: [])
    for place in index..<max(arguments.count, index) {
      all.values.append(try Element.read(place, of: arguments))
    }
    return all
  }

  private init(values: [Element]) { self.values = values }
}
