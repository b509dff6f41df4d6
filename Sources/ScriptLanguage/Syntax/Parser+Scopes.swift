// Scopes of C: a declaration counts to the end of its block, and hides what has the same name outside.

extension Parser {
  /// Opens a part of a function in which declarations count; outside of C's functions there are no such parts.
  ///
  /// - Returns: how many were open, for `closeScope`.
  mutating func openScope() -> Int? {
    let count = scopes?.count
    scopes?.append([:])
    return count
  }

  /// Closes the scopes that were opened since.
  mutating func closeScope(_ count: Int?) {
    guard let count, let open = scopes?.count, open > count else { return }
    scopes?.removeLast(open - count)
  }

  /// Opens the body of a function in C's form, whose parameters are declared in it.
  mutating func openFunctionScope(_ parameters: [FunctionParameter]) {
    var names: [String: String] = [:]
    for parameter in parameters { names[parameter.place.name] = parameter.place.name }
    (scopes, usedNames) = ([names], Set(names.keys))
  }

  /// What a name is called in the tree: a variable that hides another has a name of its own there.
  mutating func resolved(_ name: String) -> String {
    guard let scopes else { return name }
    usedNames.insert(name)
    for scope in scopes.reversed() {
      if let known = scope[name] { return known }
    }
    return name
  }

  /// Declares a variable in the innermost block.
  mutating func declared(_ place: NamedPlace) -> NamedPlace {
    guard scopes != nil, !commands.calls.keys.contains(place.name) else { return place }
    var result = place
    if usedNames.contains(place.name) {
      aliasCount += 1
      result.name = "\(place.name)#\(aliasCount)"
    }
    usedNames.insert(place.name)
    let innermost = (scopes?.count ?? 1) - 1
    scopes?[innermost][place.name] = result.name
    return result
  }
}
