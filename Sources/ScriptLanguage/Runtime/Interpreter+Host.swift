// What the virtual machine asks of the host.

extension Interpreter {
  /// A value of the host as a slot.
  func slot(from value: Value) throws -> Slot {
    switch value {
    case .null: return .null
    case .boolean(let value): return Slot(value)
    case .integer(let value): return Slot(value)
    case .pointer(let bits): return Slot(pointer: bits)
    case .string(let text):
      try reserve(text.utf8.count)
      return Slot(heap.makeString(text))
    case .list(let values):
      try reserve(Interpreter.bytes(of: values, depth: 0))
      return try tree(values, depth: 0)
    }
  }

  /// How many bytes the elements of a list and the texts in it take at least.
  private static func bytes(of values: [Value], depth: Int) -> Int {
    guard depth < BorderLimits.depth else { return 0 }
    return values.reduce(values.count * MemoryLayout<Slot>.stride) { sum, value in
      switch value {
      case .string(let text): sum + text.utf8.count
      case .list(let inner): sum + bytes(of: inner, depth: depth + 1)
      default: sum
      }
    }
  }

  /// Makes a list of the host's; nothing may be collected before it is in a register.
  private func tree(_ values: [Value], depth: Int) throws -> Slot {
    guard depth < BorderLimits.depth else {
      throw ScriptError("this command returned a list that is too deep")
    }
    guard values.count * MemoryLayout<Slot>.stride <= limits.heapBytes - heap.bytes else {
      throw heapExhausted()
    }
    try budget.charge(values.count)
    let list = heap.makeList(capacity: values.count)
    for value in values {
      let element: Slot
      switch value {
      case .list(let inner): element = try tree(inner, depth: depth + 1)
      case .string(let text):
        guard text.utf8.count <= limits.heapBytes - heap.bytes else { throw heapExhausted() }
        try budget.charge(bytes: text.utf8.count)
        element = Slot(heap.makeString(text))
      default: element = try slot(from: value)
      }
      list.pointee.slots[list.pointee.count] = element
      list.pointee.count += 1
    }
    return Slot(list)
  }

  func runShell(_ site: ShellSite, _ words: UnsafePointer<Slot>, _ host: any ScriptHost) throws {
    var line = ShellLine(words: [], spans: site.spans)
    for index in 0..<site.spans.count { line.words.append(try joinedText(words + index, 1)) }
    if let redirection = site.redirection {
      let path = try joinedText(words + site.spans.count, 1)
      line.redirection = ShellLine.Redirection(
        path: path, appends: redirection.appends, span: redirection.span)
    }
    try host.invokeShell(site.command, line)
  }

  func applyMachine(_ site: MachineSite, _ values: UnsafePointer<Slot>, _ host: any ScriptHost) throws {
    var settings: [MachineSetting] = []
    for (index, key) in site.keys.enumerated() {
      settings.append(
        MachineSetting(
          key: key, value: try values[index].value(within: limits.heapBytes), span: site.spans[index]))
    }
    try host.applyMachine(settings)
  }

  func hostVariable(_ name: String, _ host: any ScriptHost) throws -> Slot {
    guard let value = host.variable(named: name) else {
      throw ScriptError(
        "unknown variable `\(name)`", hint: Suggestion.didYouMean(name, among: [host.variableNames]))
    }
    return try slot(from: value)
  }
}
