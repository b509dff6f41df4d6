// The names that persist from one run of an engine to the next.

/// Globals and functions by name. A copy is what a compilation works on; it becomes the engine's only when the
/// whole program compiled.
struct ProgramNames: Sendable, Equatable {
  /// The slot of each global.
  private(set) var globals: [String: Int] = [:]
  /// The names of the globals by slot.
  private(set) var globalNames: [String] = []
  /// The index of each function.
  private(set) var functions: [String: Int] = [:]
  /// The names of the functions by index.
  private(set) var functionNames: [String] = []
  /// How each function is called.
  private(set) var signatures: [FunctionSignature] = []
  /// The types of globals that C declarations made.
  var types: [String: CType] = [:]
  /// The globals that `#define` made.
  var constants: Set<String> = []

  /// The slot of a global, made when it is new.
  @discardableResult
  mutating func declareGlobal(_ name: String) -> Int {
    if let slot = globals[name] { return slot }
    globals[name] = globalNames.count
    globalNames.append(name)
    return globalNames.count - 1
  }

  mutating func declareFunction(_ name: String, _ signature: FunctionSignature) -> Int {
    if let index = functions[name] {
      signatures[index] = signature
      return index
    }
    functions[name] = functionNames.count
    functionNames.append(name)
    signatures.append(signature)
    return functionNames.count - 1
  }
}

/// How a function of the script is called.
struct FunctionSignature: Sendable, Equatable, Codable {
  /// The names of its parameters.
  var parameters: [String]
  /// How many of them have no value of their own.
  var required: Int
  /// The type of its result, for one in C's form.
  var result: CType?
}

extension ProgramNames: Codable {
  private enum CodingKeys: String, CodingKey {
    case globalNames, functionNames, signatures, types, constants
  }

  /// Reads the names.
  ///
  /// - Throws: `DecodingError` for a name that stands twice.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    for name in try values.decode([String].self, forKey: .globalNames) { declareGlobal(name) }
    let signatures = try values.decode([FunctionSignature].self, forKey: .signatures)
    let names = try values.decode([String].self, forKey: .functionNames)
    for (name, signature) in zip(names, signatures) { _ = declareFunction(name, signature) }
    types = try values.decode([String: CType].self, forKey: .types)
    constants = Set(try values.decode([String].self, forKey: .constants))
    guard globals.count == globalNames.count, functions.count == names.count, names.count == signatures.count,
      signatures.allSatisfy({ $0.required >= 0 && $0.required <= $0.parameters.count })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .globalNames, in: values, debugDescription: "a name stands twice")
    }
  }

  /// Writes the names.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(globalNames, forKey: .globalNames)
    try values.encode(functionNames, forKey: .functionNames)
    try values.encode(signatures, forKey: .signatures)
    try values.encode(types, forKey: .types)
    try values.encode(constants.sorted(), forKey: .constants)
  }
}
