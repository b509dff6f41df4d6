// The functions of the language: which code runs for which name.

extension Interpreter {
  /// Calls a function of the language with `count` arguments, whose number the compiler has checked.
  func callBuiltin(_ function: BuiltinFunction, _ arguments: UnsafePointer<Slot>, _ count: Int) throws -> Slot
  {
    switch function {
    case .push, .append:
      try append(arguments + 1, count - 1, to: try list(arguments, 0))
      return .null
    case .len: return try length(arguments[0])
    case .pop: return try popElement(arguments, count)
    case .insert: return try insertElement(arguments)
    case .remove: return try removeElement(arguments)
    case .sort: return try sortList(arguments)
    case .reverse: return try reverseList(arguments)
    case .range: return try rangeList(arguments, count)
    case .fill: return try filledList(arguments)
    case .slice: return try slice(arguments, count)
    case .contains:
      if arguments[0].tag == .map { return Slot(try place(of: arguments[1], in: arguments[0].object) != nil) }
      return Slot(try position(arguments) != nil)
    case .find: return Slot(Int64(try position(arguments) ?? -1))
    case .double: return try double(arguments)
    case .lines: return try lines(arguments)
    case .format: return try format(arguments, count)
    case .keys: return try mapParts(try map(arguments, 0), keys: true, values: false)
    case .values: return try mapParts(try map(arguments, 0), keys: false, values: true)
    case .floor: return Slot(double: try number(arguments, 0).rounded(.down))
    case .ceil: return Slot(double: try number(arguments, 0).rounded(.up))
    case .round: return Slot(double: try number(arguments, 0).rounded(.toNearestOrAwayFromZero))
    case .sqrt: return Slot(double: try number(arguments, 0).squareRoot())
    case .fabs: return Slot(double: try number(arguments, 0).magnitude)
    case .throw: throw ScriptError(try joined(arguments, 1).object.pointee.text)
    case .power: return try power(arguments[0], arguments[1])
    case .min: return try extreme(arguments, count, isMinimum: true)
    case .max: return try extreme(arguments, count, isMinimum: false)
    case .sum: return try sum(arguments)
    case .abs, .labs, .llabs: return try absolute(arguments)
    case .int: return try integer(arguments)
    case .pointer: return try pointer(arguments)
    case .str: return try joined(arguments, 1)
    case .hex: return try hexadecimal(arguments)
    case .type: return Slot(heap.makeString(arguments[0].typeName))
    case .join: return try join(arguments, count)
    case .split: return try count == 1 ? words(arguments) : split(arguments)
    case .upper: return try changeCase(arguments, isUpper: true)
    case .lower: return try changeCase(arguments, isUpper: false)
    }
  }

  // MARK: Arguments

  func list(_ arguments: UnsafePointer<Slot>, _ index: Int) throws -> UnsafeMutablePointer<HeapObject> {
    guard arguments[index].tag == .list else { throw mismatch("a list", arguments, index) }
    return arguments[index].object
  }

  func map(_ arguments: UnsafePointer<Slot>, _ index: Int) throws -> Slot {
    guard arguments[index].tag == .map else { throw mismatch("a map", arguments, index) }
    return arguments[index]
  }

  func number(_ arguments: UnsafePointer<Slot>, _ index: Int) throws -> Double {
    guard arguments[index].isArithmetic else { throw mismatch("a number", arguments, index) }
    return arguments[index].asDouble
  }

  func string(_ arguments: UnsafePointer<Slot>, _ index: Int) throws -> UnsafeMutablePointer<HeapObject> {
    guard arguments[index].tag == .string else { throw mismatch("a string", arguments, index) }
    return arguments[index].object
  }

  func integer(_ arguments: UnsafePointer<Slot>, _ index: Int) throws -> Int64 {
    guard arguments[index].tag == .integer else { throw mismatch("an integer", arguments, index) }
    return arguments[index].payload
  }

  func mismatch(_ wanted: String, _ arguments: UnsafePointer<Slot>, _ index: Int) -> ScriptError {
    ScriptError("expected \(wanted), found \(arguments[index].kindName)", kind: .type, argument: index)
  }
}

extension Slot {
  /// What `type` answers.
  var typeName: String {
    switch tag {
    case .integer, .unsigned: "int"
    case .double: "double"
    case .map: "map"
    case .opaque: "object"
    case .pointer: "pointer"
    case .boolean: "bool"
    case .null, .undefined: "NULL"
    case .string: "string"
    case .list: "list"
    }
  }
}
