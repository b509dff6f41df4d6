// The variables and functions of scripts, and their states.

extension ScriptEngine {
  /// The pointers that variables hold.
  package var heldPointers: HeldPointers {
    interpreter.heldPointers(in: names.globals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  /// The names of all globals that have a value, sorted.
  public var globalNames: [String] {
    names.globals.filter { interpreter.hasGlobal($0.value) }.keys.sorted()
  }

  /// The value of a global.
  ///
  /// - Returns: nil when it has none.
  /// - Throws: ``ScriptError`` for a list that contains itself or is too large.
  public func value(ofGlobal name: String) throws -> ScriptValue? {
    guard let slot = names.globals[name], interpreter.hasGlobal(slot) else { return nil }
    return try interpreter.stack[slot].value(within: limits.heapBytes)
  }

  /// Gives a global a value; one that a C declaration made converts it, as an assignment does.
  ///
  /// - Throws: ``ScriptError`` for a name that no variable can have, for a constant of `#define`, for a value that does
  ///   not fit, and while a script runs.
  public func setGlobal(_ name: String, to value: ScriptValue) throws {
    guard !isRunning else { throw ScriptError("variables cannot be set while a script runs") }
    guard Lexer.isName(name), name != "status", name != "errno" else {
      throw ScriptError("`\(name)` cannot be the name of a variable", kind: .name(name))
    }
    guard commands.calls[name] == nil else {
      throw ScriptError("`\(name)` is a command and cannot be a variable", kind: .name(name))
    }
    guard !names.constants.contains(name) else {
      throw ScriptError("`\(name)` is a constant of `#define` and cannot be assigned", kind: .name(name))
    }
    if names.globals[name] == nil {
      guard !isPaused else { throw ScriptError("a paused script gets no new variables") }
      // The name is there only if there is room for its value.
      try interpreter.prepare(globals: names.globalNames.count + 1, registers: 0)
      names.declareGlobal(name)
      lastNamesVersion += 1
      namesVersion = lastNamesVersion
      interpreter.activeTop = names.globalNames.count
    }
    guard let place = names.globals[name] else { return }
    var slot = try interpreter.slot(from: value)
    if let type = names.types[name] { slot = try interpreter.converted(slot, type, word: host.wordBytes) }
    interpreter.stack[place] = slot
  }

  /// The names of all functions that scripts have defined, sorted.
  public var functionNames: [String] { names.functions.keys.sorted() }

  // MARK: States

  /// Copies all globals and functions.
  public func snapshot() -> Snapshot {
    Snapshot(names: names, namesVersion: namesVersion, state: interpreter.freeze(), origin: interruption)
  }

  /// Puts all globals and functions back to how they were, or takes over those of another engine. A paused script ends;
  /// while one runs nothing is done.
  public func restore(_ snapshot: Snapshot) {
    guard !isRunning else { return }
    abandon()
    names = snapshot.names
    if snapshot.origin === interruption {
      namesVersion = snapshot.namesVersion
    } else {
      lastNamesVersion += 1
      namesVersion = lastNamesVersion
    }
    callers = [:]
    interpreter.thaw(snapshot.state, commands)
    keptSources.count = interpreter.sources.byteCount
  }

  /// The state of all globals and functions at one moment; see `snapshot()`. It is tied to no engine.
  public struct Snapshot: Sendable, Codable {
    let names: ProgramNames
    /// The number of the names' state in the engine from which it comes.
    let namesVersion: Int
    let state: FrozenState
    /// Tells the engine from which it comes.
    let origin: InterruptFlag

    private enum CodingKeys: String, CodingKey {
      case names, state
    }

    init(names: ProgramNames, namesVersion: Int, state: FrozenState, origin: InterruptFlag) {
      (self.names, self.namesVersion, self.state, self.origin) = (names, namesVersion, state, origin)
    }

    /// Reads a state.
    ///
    /// - Throws: `DecodingError` for values and functions without names.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        names: try values.decode(ProgramNames.self, forKey: .names), namesVersion: 0,
        state: try values.decode(FrozenState.self, forKey: .state), origin: InterruptFlag())
      guard state.globals.count <= names.globalNames.count, state.functions.count <= names.functionNames.count
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .state, in: values, debugDescription: "there are more variables or functions than names")
      }
    }

    /// Writes the state; of functions the texts that define them.
    ///
    /// - Throws: `EncodingError` when a variable holds an object of the host's.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(names, forKey: .names)
      try values.encode(state, forKey: .state)
    }

    /// About how many bytes it takes.
    public var byteCount: Int { state.byteCount }

    /// Whether all globals have the same values, and all functions are the same.
    package func isSameState(as other: Snapshot) -> Bool {
      names.types == other.names.types && names.constants == other.names.constants
        && state.isSameState(as: other.state)
    }

    /// The names of the globals that are new, gone, or have other values than in an earlier snapshot, sorted.
    package func changedGlobals(since earlier: Snapshot) -> [String] {
      Set(names.globals.keys).union(earlier.names.globals.keys).filter { name in
        let (slot, old) = (names.globals[name], earlier.names.globals[name])
        return !state.hasSameValue(slot, as: old, in: earlier.state)
      }.sorted()
    }
  }
}
