// The names that persist from one run of an engine to the next.

/// Globals and functions by name. A copy is what a compilation works on; it becomes the engine's only when the
/// whole program compiled.
struct ProgramNames {
  /// The slot of each global.
  private(set) var globals: [String: Int] = [:]
  /// The names of the globals by slot.
  private(set) var globalNames: [String] = []
  /// The index of each function.
  private(set) var functions: [String: Int] = [:]
  /// The names of the functions by index.
  private(set) var functionNames: [String] = []
  /// How many parameters each function takes.
  var parameters: [[String]] = []

  /// The slot of a global, made when it is new.
  @discardableResult
  mutating func declareGlobal(_ name: String) -> Int {
    if let slot = globals[name] { return slot }
    globals[name] = globalNames.count
    globalNames.append(name)
    return globalNames.count - 1
  }

  mutating func declareFunction(_ name: String, parameters names: [String]) -> Int {
    if let index = functions[name] {
      parameters[index] = names
      return index
    }
    functions[name] = functionNames.count
    functionNames.append(name)
    parameters.append(names)
    return functionNames.count - 1
  }
}
