// What the virtual machine asks of the host.

extension Interpreter {
  /// A value of the host as a slot.
  func slot(from value: ScriptValue) throws -> Slot {
    switch value {
    case .null: return .null
    case .boolean(let value): return Slot(value)
    case .integer(let value): return Slot(value)
    case .unsigned(let value): return Slot(unsigned: value)
    case .double(let value): return Slot(double: value)
    case .pointer(let bits): return Slot(pointer: bits)
    case .object(let object):
      try reserve(HeapObject.emptyFootprint)
      return Slot(heap.makeOpaque(object))
    case .map(let entries):
      try reserve(Interpreter.bytes(of: entries.flatMap { [$0.key, $0.value] }, depth: 0) * 2)
      return try map(entries, depth: 0)
    case .string(let text):
      try reserve(text.utf8.count)
      return Slot(heap.makeString(text))
    case .list(let values):
      try reserve(Interpreter.bytes(of: values, depth: 0))
      return try tree(values, depth: 0)
    }
  }

  /// How many bytes the elements of a list and the texts in it take at least.
  private static func bytes(of values: [ScriptValue], depth: Int) -> Int {
    guard depth < BorderLimits.depth else { return 0 }
    return values.reduce(values.count * MemoryLayout<Slot>.stride) { sum, value in
      switch value {
      case .string(let text): sum + text.utf8.count
      case .list(let inner): sum + bytes(of: inner, depth: depth + 1)
      case .map(let entries):
        sum + HeapObject.mapBytes(entries.count * 2)
          + bytes(of: entries.flatMap { [$0.key, $0.value] }, depth: depth + 1)
      default: sum
      }
    }
  }

  /// Makes a map of the host's; nothing may be collected before it is in a register.
  private func map(_ entries: [ScriptValue.MapEntry], depth: Int) throws -> Slot {
    guard depth < BorderLimits.depth else {
      throw ScriptError("this map is too deep")
    }
    var capacity = MapTable.smallestCapacity
    while capacity < entries.count * 2 { capacity *= 2 }
    guard HeapObject.mapBytes(capacity) <= limits.heapBytes - heap.bytes else { throw heapExhausted() }
    let map = heap.makeMap(capacity: capacity)
    for entry in entries {
      let (key, value) = (try element(entry.key, depth), try element(entry.value, depth))
      if let place = try place(of: key, in: map) {
        map.pointee.entries[place + 1] = value
      } else {
        MapTable(map).append(key, value)
      }
    }
    return Slot(map)
  }

  /// A part of a list or map of the host's.
  private func element(_ value: ScriptValue, _ depth: Int) throws -> Slot {
    switch value {
    case .list(let inner): return try tree(inner, depth: depth + 1)
    case .map(let entries): return try map(entries, depth: depth + 1)
    case .object(let object):
      guard HeapObject.emptyFootprint <= limits.heapBytes - heap.bytes else { throw heapExhausted() }
      return Slot(heap.makeOpaque(object))
    case .string(let text):
      guard text.utf8.count <= limits.heapBytes - heap.bytes else { throw heapExhausted() }
      try budget.charge(bytes: text.utf8.count)
      return Slot(heap.makeString(text))
    default: return try slot(from: value)
    }
  }

  /// Makes a list of the host's; nothing may be collected before it is in a register.
  private func tree(_ values: [ScriptValue], depth: Int) throws -> Slot {
    guard depth < BorderLimits.depth else {
      throw ScriptError("this list is too deep")
    }
    guard values.count * MemoryLayout<Slot>.stride <= limits.heapBytes - heap.bytes else {
      throw heapExhausted()
    }
    try budget.charge(values.count)
    let list = heap.makeList(capacity: values.count)
    for value in values {
      list.pointee.slots[list.pointee.count] = try element(value, depth)
      list.pointee.count += 1
    }
    return Slot(list)
  }

  func runShell(
    _ chunk: Chunk, _ site: ShellSite, _ pieces: UnsafePointer<Slot>, _ host: any ScriptHost
  ) throws {
    guard let command = chunk.commands[site.command] else { throw unavailable(chunk, site.command) }
    var line = ShellLine(words: [], spans: [])
    line.name = site.name
    line.feedsNext = site.feedsNext
    var next = pieces
    for layout in site.words {
      for word in try words(layout, next) {
        line.words.append(word)
        line.spans.append(layout.span)
      }
      next += layout.splits.count
    }
    for redirection in site.redirections {
      let (kind, layout) = (redirection.kind, redirection.path)
      let path = try words(layout, next)
      guard path.count == 1 || layout.splits.isEmpty else { throw ScriptError("ambiguous redirect") }
      line.redirections.append(
        ShellLine.Redirection(kind: kind, path: path.first ?? "", span: layout.span))
      next += layout.splits.count
    }
    if site.hasInput { line.input = try joinedText(next, 1) }
    try host.invokeShell(command, line)
  }

  /// The words that the pieces of one word of a shell command make: one, unless a piece is split at its blanks.
  private func words(_ layout: WordLayout, _ pieces: UnsafePointer<Slot>) throws -> [String] {
    guard layout.splits.contains(true) else {
      return layout.splits.isEmpty ? [] : [try joinedText(pieces, layout.splits.count)]
    }
    var result: [String] = []
    // The word that is being put together; nil when none has begun.
    var open: String?
    for (index, isSplit) in layout.splits.enumerated() {
      let text = try joinedText(pieces + index, 1)
      guard isSplit else {
        open = (open ?? "") + text
        continue
      }
      try budget.charge(bytes: text.utf8.count)
      let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }
      for (position, word) in text.utf8.split(whereSeparator: isBlank).enumerated() {
        if position > 0 || text.utf8.first.map(isBlank) == true, let finished = open {
          result.append(finished)
          open = nil
        }
        open = (open ?? "") + (String(word) ?? "")
      }
      if text.utf8.last.map(isBlank) == true, let finished = open {
        result.append(finished)
        open = nil
      }
    }
    if let open { result.append(open) }
    return result
  }

  /// The list that `for … in words` goes over: decimal words are integers.
  func wordList(_ layouts: [WordLayout], _ pieces: UnsafePointer<Slot>) throws -> Slot {
    var values: [ScriptValue] = []
    var next = pieces
    for layout in layouts {
      if layout.splits == [true], next.pointee.tag != .string {
        let value = try next.pointee.value(within: limits.heapBytes)
        if case .list(let elements) = value { values += elements } else { values.append(value) }
      } else {
        values += try words(layout, next).map { word in
          Interpreter.decimal(word).map { .integer($0) } ?? .string(word)
        }
      }
      next += layout.splits.count
    }
    return try slot(from: .list(values))
  }

  /// The number that a word of decimal digits writes as it would be printed again.
  private static func decimal(_ word: String) -> Int64? {
    guard let number = Int64(word), String(number) == word else { return nil }
    return number
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

  /// The error of a command that the session had from which the code comes, and that the host has not.
  func unavailable(_ chunk: Chunk, _ command: Int) -> ScriptError {
    let name = chunk.image.commands[command].name
    return ScriptError(
      "`\(name)` is not available here", kind: .name(name),
      hint: "the session that this comes from had a command of the host's that is missing here")
  }

  func hostVariable(_ name: String, _ host: any ScriptHost) throws -> Slot {
    // What depends on the machine alone needs no name of the host's.
    if name == "sizeof(long)" { return Slot(Int64(host.wordBytes)) }
    if name == "sizeof(long double)" { return Slot(host.wordBytes == 8 ? 16 : 12) }
    guard let value = host.variable(named: name) else {
      let suggestion = Suggestion.didYouMean(name, among: [host.variableNames])
      var error = ScriptError("unknown variable `\(name)`", kind: .name(name), hint: suggestion?.hint)
      error.replacement = suggestion?.replacement
      throw error
    }
    return try slot(from: value)
  }
}
