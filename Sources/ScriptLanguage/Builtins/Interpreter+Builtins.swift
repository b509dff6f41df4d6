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
    case .contains: return Slot(try position(arguments) != nil)
    case .find: return Slot(Int64(try position(arguments) ?? -1))
    case .min: return try extreme(arguments, count, isMinimum: true)
    case .max: return try extreme(arguments, count, isMinimum: false)
    case .sum: return try sum(arguments)
    case .abs: return try absolute(arguments)
    case .int: return try integer(arguments)
    case .pointer: return try pointer(arguments)
    case .str: return try joined(arguments, 1)
    case .hex: return try hexadecimal(arguments)
    case .type: return Slot(heap.makeString(arguments[0].typeName))
    case .join: return try join(arguments, count)
    case .split: return try split(arguments)
    case .upper: return try changeCase(arguments, isUpper: true)
    case .lower: return try changeCase(arguments, isUpper: false)
    }
  }

  // MARK: Arguments

  func list(_ arguments: UnsafePointer<Slot>, _ index: Int) throws -> UnsafeMutablePointer<HeapObject> {
    guard arguments[index].tag == .list else { throw mismatch("a list", arguments, index) }
    return arguments[index].object
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
    ScriptError("expected \(wanted), found \(arguments[index].kindName)", argument: index)
  }
}

extension Slot {
  /// What `type` answers.
  var typeName: String {
    switch tag {
    case .integer: "int"
    case .pointer: "pointer"
    case .boolean: "bool"
    case .null, .undefined: "NULL"
    case .string: "string"
    case .list: "list"
    }
  }
}
