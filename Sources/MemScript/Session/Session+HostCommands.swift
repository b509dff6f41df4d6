// Commands of the host's own.

import LinuxMemory
import ScriptLanguage

/// The name of a parameter, and what it is when it is left out.
public struct CommandParameter: Sendable, ExpressibleByStringLiteral {
  /// The name, as help and messages show it.
  public var name: String
  /// Its value in a call that leaves it out; nil where it has to be there, or is nil then.
  public var preset: ScriptValue?

  /// Names a parameter that has to be there, unless its type is an optional.
  public init(stringLiteral name: String) { self.name = name }

  /// Names a parameter that has a value of its own in calls that leave it out.
  public init(_ name: String, default preset: ScriptValue) {
    self.name = name
    self.preset = preset
  }
}

extension Session {
  /// Adds a command that scripts call with parentheses; scripts run from now on know it, and functions defined before.
  ///
  /// ```swift
  /// try session.addCommand("half", ["bytes"], summary: "Half of a number.") { (bytes: UInt64) in bytes / 2 }
  /// ```
  ///
  /// - Parameters:
  ///   - name: how scripts call it.
  ///   - parameters: a name for each parameter of the body.
  ///   - summary: one sentence for help.
  ///   - replacing: whether it may take the place of a command, also of one of Linux's.
  ///   - body: what runs; the types of its parameters are checked when a script calls it. Throw `ScriptError` for a
  ///     mistake of the script; any other error ends the run as one of the kind `host`, with that error inside.
  /// - Throws: ``CommandError`` for a name or parameters that cannot be.
  public func addCommand<each Argument: ScriptArgument, Result: ScriptResult>(
    _ name: String, _ parameters: [CommandParameter] = [], summary: String = "", replacing: Bool = false,
    _ body: @escaping (repeat each Argument) throws -> Result
  ) throws(CommandError) {
    try add(name, parameters, (repeat each Argument).self, summary, replacing) { _, arguments, presets in
      var cursor = ArgumentCursor()
      return try body(repeat try cursor.next((each Argument).self, of: arguments, presets)).scriptValue
    }
  }

  /// Adds a command that returns nothing, see ``addCommand(_:_:summary:replacing:_:)``.
  public func addCommand<each Argument: ScriptArgument>(
    _ name: String, _ parameters: [CommandParameter] = [], summary: String = "", replacing: Bool = false,
    _ body: @escaping (repeat each Argument) throws -> Void
  ) throws(CommandError) {
    try add(name, parameters, (repeat each Argument).self, summary, replacing) { _, arguments, presets in
      var cursor = ArgumentCursor()
      try body(repeat try cursor.next((each Argument).self, of: arguments, presets))
      return .null
    }
  }

  /// Adds a command that acts on the session it runs in, see ``addCommand(_:_:summary:replacing:_:)``.
  public func addCommand<each Argument: ScriptArgument, Result: ScriptResult>(
    _ name: String, _ parameters: [CommandParameter] = [], summary: String = "", replacing: Bool = false,
    _ body: @escaping (Session, repeat each Argument) throws -> Result
  ) throws(CommandError) {
    try add(name, parameters, (repeat each Argument).self, summary, replacing) {
      session, arguments, presets in
      var cursor = ArgumentCursor()
      return try body(session, repeat try cursor.next((each Argument).self, of: arguments, presets))
        .scriptValue
    }
  }

  /// Adds a command that acts on the session it runs in and returns nothing, see
  /// ``addCommand(_:_:summary:replacing:_:)``.
  public func addCommand<each Argument: ScriptArgument>(
    _ name: String, _ parameters: [CommandParameter] = [], summary: String = "", replacing: Bool = false,
    _ body: @escaping (Session, repeat each Argument) throws -> Void
  ) throws(CommandError) {
    try add(name, parameters, (repeat each Argument).self, summary, replacing) {
      session, arguments, presets in
      var cursor = ArgumentCursor()
      try body(session, repeat try cursor.next((each Argument).self, of: arguments, presets))
      return .null
    }
  }

  /// Checks a command's parameters and adds it.
  private func add<each Argument: ScriptArgument>(
    _ name: String, _ parameters: [CommandParameter], _: (repeat each Argument).Type, _ summary: String,
    _ replacing: Bool,
    _ body: @escaping (Session, borrowing CallArguments, [ScriptValue?]) throws -> ScriptValue
  ) throws(CommandError) {
    var signature = CommandSignature(name: name, style: .call)
    var count = 0
    for type in repeat (each Argument).self {
      defer { count += 1 }
      guard count < parameters.count else { continue }
      let parameter = parameters[count]
      guard ScriptEngine.isName(parameter.name),
        !signature.parameters.contains(where: { $0.name == parameter.name })
      else { throw .invalidParameterName(parameter.name) }
      if signature.isVariadic { throw .variadicNotLast(signature.parameters[count - 1].name) }
      if let preset = parameter.preset, (try? type.init(argument: preset)) == nil {
        throw .invalidPreset(parameter.name)
      }
      let isOptional = type.isOptional || parameter.preset != nil
      if !isOptional, signature.parameters.last?.isOptional == true {
        throw .requiredAfterOptional(parameter.name)
      }
      signature.isVariadic = type.isVariadic
      signature.parameters.append(
        CommandSignature.Parameter(parameter.name, type.parameterKind, optional: isOptional))
    }
    guard count == parameters.count else {
      throw .parameterCount(names: parameters.count, parameters: count)
    }
    let presets = parameters.map(\.preset)
    // The closure stays inside this session, which is itself confined to one thread at a time.
    nonisolated(unsafe) let body = body
    try bind(
      CatalogueEntry.host(signature, summary: summary) { session, arguments in
        try body(session, arguments, presets)
      }, replacing: replacing)
  }

  /// Makes a command known to scripts.
  func bind(_ entry: CatalogueEntry, replacing: Bool) throws(CommandError) {
    let (name, style) = (entry.signature.name, entry.signature.style)
    guard ScriptEngine.isName(name), name != "status", name != "errno" else { throw .invalidName(name) }
    let command = BoundCommand(entry)
    let index = commands.firstIndex { $0.entry.signature.name == name && $0.entry.signature.style == style }
    guard index == nil || replacing else { throw .alreadyExists(name) }
    if let index { commands[index] = command } else { commands.append(command) }
    engine.reloadCommands()
  }
}

/// Reads the arguments of a call one after the other.
private struct ArgumentCursor {
  private var index = 0

  mutating func next<Argument: ScriptArgument>(
    _ type: Argument.Type, of arguments: borrowing CallArguments, _ presets: [ScriptValue?]
  ) throws -> Argument {
    let place = index
    index += 1
    do {
      if arguments.isPresent(place) || type.isVariadic { return try Argument.read(place, of: arguments) }
      return try Argument(argument: presets[place] ?? .null)
    } catch var error as ScriptError {
      if error.argument == nil { error.argument = place }
      throw error
    }
  }
}
