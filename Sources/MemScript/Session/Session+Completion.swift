// What Tab offers: what may stand at the cursor, by its position in the statement.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// The names that processes were given, sorted.
  package var processNames: [String] { names.all }

  /// What may stand at the cursor of a REPL line.
  ///
  /// - Parameters:
  ///   - line: the whole line.
  ///   - cursor: the offset of the cursor in it, in bytes.
  /// - Returns: where the word under the cursor starts, in bytes, and what could replace it, sorted.
  public func completions(for line: String, at cursor: Int) -> (start: Int, words: [String]) {
    let bytes = Array(line.utf8)
    let end = min(max(cursor, 0), bytes.count)
    var start = end
    while start > 0, Session.isWordByte(bytes[start - 1]) { start -= 1 }
    // A path may name a process: /proc/$web/status.
    while start > 1, bytes[start - 1] == UInt8(ascii: "$"), Session.isWordByte(bytes[start - 2]) {
      start -= 1
      while start > 0, Session.isWordByte(bytes[start - 1]) { start -= 1 }
    }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    let place = engine.analyze(SourceText(name: "", text: line)).cursor(at: start)
    return (start, candidates(at: place, word).filter { $0.hasPrefix(word) })
  }

  private func candidates(at place: CursorContext, _ word: String) -> [String] {
    if place.text.hasSuffix("$") { return (hostVariableNames + engine.globalNames).sorted() }
    if word.hasPrefix("/") {
      let isGroup = place.command == "cgroups" || place.command == "why_oom" && place.words.last == "-g"
      return (isGroup ? controlGroupPaths : []) + paths(word)
    }
    guard let command = place.command else { return beginnings(word) }
    switch command {
    case "machine": return machineCandidates(place)
    case "process":
      return place.words.count == 1
        ? names.all : place.words.last == "in" ? ["\"\(ControlGroupFiles.mountPoint)/"] : []
    case "container" where place.words.count > 1:
      return ContainerSetting.allCases.map { $0.rawValue + "=" }
    case "sysctl":
      return word.hasPrefix("-") ? options(of: command) : settings
    default: break
    }
    if let shell = commands.first(where: { !$0.isCall && $0.entry.signature.name == command }) {
      let isCall = place.isInParentheses || !word.hasPrefix("-") && isC(command)
      if !isCall { return shellCandidates(shell.entry.signature.name, place, word) }
    }
    return arguments(of: place.call ?? command, place, word)
  }

  // MARK: Beginnings of statements

  /// What a statement may begin with; without a letter, what people begin with most.
  private func beginnings(_ word: String) -> [String] {
    guard !word.isEmpty else {
      return [
        "buddy", "cat", "for", "free", "heap", "if", "machine", "malloc", "maps", "print", "process", "ps",
        "timeline",
        "while", "write",
      ]
    }
    var found = Set(engine.globalNames).union(engine.functionNames).union(ScriptEngine.keywords)
    for command in commands { found.insert(command.entry.signature.name) }
    found.formUnion(ScriptEngine.builtinFunctions.map(\.name))
    return found.sorted()
  }

  // MARK: machine

  private func machineCandidates(_ place: CursorContext) -> [String] {
    guard let key = place.settingKey else {
      return MachineConfiguration.settingHelp.map { $0.key + "=" }.sorted()
    }
    return MachineConfiguration.values(ofSetting: key)
  }

  // MARK: Shell commands

  private func isC(_ name: String) -> Bool {
    commands.contains { $0.isCall && $0.entry.signature.name == name }
  }

  private func options(of command: String) -> [String] {
    if command == "ps" { return ["--sort=", "-A", "-e", "-f", "-o", "-p"] }
    return commands.first { !$0.isCall && $0.entry.signature.name == command }?.entry.optionWords ?? []
  }

  /// `vm.swappiness` and its kin.
  private var settings: [String] {
    ProcFileSystem(actor: shellProcess).entries(of: "/proc/sys/vm", on: machine).map { "vm." + $0 }.sorted()
  }

  /// The paths of all control groups, as `cgroups` has them.
  private var controlGroupPaths: [String] {
    inspectMachine { ControlGroupView(of: $0).groups.map(\.path) }.sorted()
  }

  private func shellCandidates(_ command: String, _ place: CursorContext, _ word: String) -> [String] {
    let last = place.words.last ?? ""
    let numbers = machine.processes.live.map { String($0.id.rawValue) }
    switch (command, last) {
    case ("kill", "-s"), ("kill", "-n"): return SignalText.table.map(\.name).sorted()
    case ("kill", _) where word.hasPrefix("-"): return SignalText.table.map { "-" + $0.name }.sorted()
    case ("choom", "-p"), ("pmap", _), ("ps", "-p"), ("kill", _):
      return word.hasPrefix("-") ? options(of: command) : numbers
    case ("heap", "-p"), ("bins", "-p"): return (names.all + numbers).sorted()
    case ("maps", _) where !word.hasPrefix("-"): return (names.all + numbers).sorted()
    case ("pidof", _): return names.all
    case ("why_oom", "-g"), ("cgroups", _):
      return word.hasPrefix("-") ? options(of: command) : controlGroupPaths
    case ("slab", _) where !word.hasPrefix("-"): return machine.slab.cachesNewestFirst.map(\.name).sorted()
    case ("ulimit", _), ("set", _): return options(of: command)
    default:
      if word.hasPrefix("-") { return options(of: command) }
      return paths(word)
    }
  }

  // MARK: Paths

  /// The paths that a word can become, those of /proc and /sys and the files of the simulated machine.
  private func paths(_ word: String) -> [String] {
    var resolved = word
    var written = ""
    // What stands for a process keeps its name.
    if let dollar = word.firstIndex(of: "$") {
      let name = word[word.index(after: dollar)...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard let process = names.identifier(of: String(name)), word[name.endIndex...].hasPrefix("/") else {
        return []
      }
      written = String(word[..<name.endIndex])
      resolved = "\(word[..<dollar])\(process.rawValue)\(word[name.endIndex...])"
    }
    let files = ProcFileSystem(actor: shellProcess)
    var found = Set(files.completions(of: resolved, from: workingDirectory, on: machine))
    let slash = resolved.lastIndex(of: "/")
    let head = slash.map { String(resolved[...$0]) } ?? ""
    let folder = SimulatedPath.absolute(head.isEmpty ? "." : head, from: workingDirectory)
    let name = String(resolved[(slash.map { resolved.index(after: $0) } ?? resolved.startIndex)...])
    if folder == "/" { found.formUnion(["dev/", "tmp/"].filter { $0.hasPrefix(name) }.map { head + $0 }) }
    for entry in machine.files.names(in: folder) where entry.hasPrefix(name) {
      let isFile = machine.files.file(at: folder == "/" ? "/" + entry : folder + "/" + entry) != nil
      found.insert(head + entry + (isFile ? "" : "/"))
    }
    guard !written.isEmpty else { return found.sorted() }
    let resolvedHead = resolved.dropLast(word.count - written.count)
    return found.filter { $0.hasPrefix(resolvedHead) }.map { written + $0.dropFirst(resolvedHead.count) }
      .sorted()
  }

  // MARK: C calls

  /// Constants that belong to a call, by the beginnings of their names.
  private static let constantPrefixes: [String: [String]] = [
    "mallopt": ["M_"], "mmap": ["PROT_", "MAP_"], "mprotect": ["PROT_"], "madvise": ["MADV_"],
    "mlockall": ["MCL_"],
    "mlock2": ["MLOCK_"], "mremap": ["MREMAP_"], "kmalloc": ["GFP_", "__GFP_"],
    "kzalloc": ["GFP_", "__GFP_"],
    "kcalloc": ["GFP_", "__GFP_"], "krealloc": ["GFP_", "__GFP_"], "kvmalloc": ["GFP_", "__GFP_"],
    "alloc_pages": ["GFP_", "__GFP_"], "__get_free_pages": ["GFP_", "__GFP_"],
    "kmem_cache_alloc": ["GFP_", "__GFP_"], "kmem_cache_create": ["SLAB_"],
    "setrlimit": ["RLIMIT_", "RLIM_"],
    "getrlimit": ["RLIMIT_"], "getrusage": ["RUSAGE_"], "prctl": ["PR_"],
  ]
  /// Texts that a call knows, in quotes.
  private static let textArguments: [String: [String]] = [
    "mallinfo2": [
      "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks",
      "keepcost",
    ],
    "getrusage": ["ru_maxrss", "ru_minflt", "ru_majflt"],
  ]

  private func arguments(of call: String, _ place: CursorContext, _ word: String) -> [String] {
    if place.isInQuotes { return Self.textArguments[call] ?? paths(word) }
    let known = commands.first { $0.isCall && $0.entry.signature.name == call }
    let pointers = engine.globalNames.filter { name in
      (try? engine.value(ofGlobal: name))??.pointerValue != nil
    }
    let kind = known.flatMap { command -> CommandSignature.ParameterKind? in
      let parameters = command.entry.signature.parameters
      return parameters.indices.contains(place.argument) ? parameters[place.argument].kind : nil
    }
    if kind == .pointer, word.isEmpty { return pointers + ["NULL"] }
    var found = Set(engine.globalNames).union(hostVariableNames.filter { $0 != "_" })
    if let prefixes = Self.constantPrefixes[call] {
      let constants = Constants.names.filter { name in prefixes.contains { name.hasPrefix($0) } }
      if word.isEmpty { return (constants + engine.globalNames).sorted() }
      found.formUnion(constants)
    }
    guard !word.isEmpty else { return found.sorted() }
    found.formUnion(Constants.names)
    found.formUnion(["true", "false", "NULL"])
    found.formUnion(ScriptEngine.builtinFunctions.map(\.name))
    found.formUnion(engine.functionNames)
    for command in commands where command.isCall { found.insert(command.entry.signature.name) }
    return found.sorted()
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "-"):
      return true
    default: return byte >= 0x80
    }
  }
}
