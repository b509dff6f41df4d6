// The tree of simulated /proc and /sys files: finding, listing, reading and writing.

import LinuxMemory

/// The files of `/proc` and `/sys` that the simulated machine has.
///
/// All paths are absolute, as `SimulatedPath.absolute` makes them.
struct ProcFileSystem: Sendable {
  /// What a path leads to.
  enum Node: Sendable {
    /// A file, and whom its path names.
    case file(ProcFile, ProcFileTarget)
    /// A directory.
    case directory
  }

  /// Every file, in the order of their declaration.
  static let files: [ProcFile] = MachineFiles.all + SettingFiles.all + SysfsFiles.all + ProcessFiles.all

  /// The process that reads and writes.
  let actor: ProcessID

  /// What lies at a path, or nil.
  ///
  /// Finding it and telling what it holds takes time by how many processes, caches, areas and files there are.
  func node(at path: String, on machine: Machine) -> Node? {
    guard path.utf8.count <= SimulatedPath.longest, machine.work.spend(32) else { return nil }
    if ControlGroupFiles.hold(path, on: machine) {
      return ControlGroupFiles.node(at: path, actor: actor, on: machine)
    }
    guard machine.work.spend(Self.census(machine)) else { return nil }
    let parts = path.split(separator: "/")
    if parts.isEmpty { return .directory }
    var isDirectory = false
    for file in Self.files where file.parts.count >= parts.count && file.exists(machine) {
      guard let target = match(parts, file, on: machine) else { continue }
      if file.parts.count == parts.count { return .file(file, target) }
      isDirectory = true
    }
    if machine.hasControlGroups, Self.mountNames[parts.joined(separator: "/")] != nil { return .directory }
    return isDirectory ? .directory : nil
  }

  /// The names in a directory, sorted by number, then by name; empty for what is none.
  func entries(of directory: String, on machine: Machine) -> [String] {
    guard directory.utf8.count <= SimulatedPath.longest else { return [] }
    if let names = ControlGroupFiles.entries(of: directory, on: machine) {
      return machine.work.spend(names.count * 8) ? names.sorted() : []
    }
    let parts = directory.split(separator: "/")
    var patterns: [Substring: ProcFileTarget] = [:]
    for file in Self.files where file.parts.count > parts.count && file.exists(machine) {
      if let target = match(parts, file, on: machine) { patterns[file.parts[parts.count]] = target }
    }
    var names = Set(patterns.sorted { $0.key < $1.key }.flatMap { candidates(for: $0, $1, on: machine) })
    if let name = Self.mountNames[parts.joined(separator: "/")], machine.hasControlGroups {
      names.insert(name)
    }
    guard machine.work.spend(names.count * 8) else { return [] }
    let numbered = names.map { (number: Int($0) ?? .max, name: $0) }
    return numbered.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
  }

  /// What leads to where control groups are mounted.
  private static let mountNames = ["sys": "fs", "sys/fs": "cgroup"]

  /// About how much work a look at the whole machine is: most numbers are sums over what there is.
  private static func census(_ machine: Machine) -> Int {
    machine.processes.count + machine.slab.cacheCount / 2 + machine.vmallocArea.areas.count / 64
      + machine.files.numberCount / 32
  }

  /// The content of a file.
  ///
  /// - Throws: `ENOENT` for no such path, `EISDIR` for a directory, `EACCES` for a file that can only be
  ///   written, and what the file's own reader throws.
  func read(_ path: String, on machine: Machine) throws(ErrorNumber) -> String {
    guard path.utf8.count <= SimulatedPath.longest else { throw .ENAMETOOLONG }
    switch node(at: path, on: machine) {
    case .none: throw .ENOENT
    case .directory: throw .EISDIR
    case .file(let file, let target):
      guard let read = file.read else { throw .EACCES }
      return try read(machine, target)
    }
  }

  /// Checks whether a path can be opened for writing.
  ///
  /// - Throws: `ENOENT`, `EISDIR`, or `EACCES` for a file that can only be read.
  func openForWriting(_ path: String, on machine: Machine) throws(ErrorNumber) {
    switch node(at: path, on: machine) {
    case .none: throw errorOfMaking(path, on: machine)
    case .directory: throw .EISDIR
    case .file(let file, _): if file.write == nil { throw .EACCES }
    }
  }

  /// Why there can be no file at a path: the file system of control groups lets nobody make one, and elsewhere there is
  /// none.
  func errorOfMaking(_ path: String, on machine: Machine) -> ErrorNumber {
    let parent = String(path.dropLast(SimulatedPath.lastPart(path).count + 1))
    return ControlGroupFiles.group(at: parent, on: machine) == nil ? .ENOENT : .EACCES
  }

  /// Writes a text to a file, in one piece.
  ///
  /// - Throws: as `openForWriting`, and the errno of the write.
  func write(_ text: String, to path: String, on machine: inout Machine) throws(ErrorNumber) {
    try openForWriting(path, on: machine)
    if case .file(let file, let target) = node(at: path, on: machine), let write = file.write {
      try write(&machine, target, text)
    }
  }

  /// Whom a path names when it agrees with the head of a file's pattern.
  private func match(_ parts: [Substring], _ file: ProcFile, on machine: Machine) -> ProcFileTarget? {
    // To compare words costs less than to look somebody up.
    for (part, pattern) in zip(parts, file.parts) where part != pattern && !Self.isVariable(pattern) {
      return nil
    }
    var target = ProcFileTarget(actor: actor)
    for (part, pattern) in zip(parts, file.parts) where !narrow(&target, pattern, part, on: machine) {
      return nil
    }
    return target
  }

  /// Whether a part of a pattern stands for whoever is named there.
  private static func isVariable(_ pattern: Substring) -> Bool {
    pattern == "PID" || pattern == "TID" || pattern == "NAME"
  }

  /// Takes one part of a path into account; false where it does not agree with the pattern.
  private func narrow(
    _ target: inout ProcFileTarget, _ pattern: Substring, _ part: Substring, on machine: Machine
  ) -> Bool {
    switch pattern {
    case "PID":
      guard let (process, thread) = process(named: part, on: machine) else { return false }
      target.process = process
      target.thread = thread
    case "TID":
      guard let process = target.process, let thread = Self.number(part),
        Self.threads(of: process, on: machine).contains(thread)
      else { return false }
      target.thread = thread
    case "NAME":
      let name = String(part)
      guard machine.slab.cache(named: name) != nil else { return false }
      target.name = name
    default: return part == pattern
    }
    return true
  }

  /// Files with whom their paths name as far as a directory.
  typealias Matches = [(file: ProcFile, target: ProcFileTarget)]

  /// All files, as seen from `/`.
  var matches: Matches { Self.files.map { ($0, ProcFileTarget(actor: actor)) } }

  /// What lies in a directory, by name, with the files that lie at or below each name.
  ///
  /// - Parameters:
  ///   - matches: the files at or below the directory.
  ///   - depth: how many parts the directory's path has.
  ///   - machine: whose files they are.
  func children(of matches: Matches, depth: Int, on machine: Machine) -> [(name: String, matches: Matches)] {
    var patterns: [Substring: ProcFileTarget] = [:]
    for (file, target) in matches where file.parts.count > depth && file.exists(machine) {
      patterns[file.parts[depth]] = target
    }
    var children: [String: Matches] = [:]
    for (pattern, target) in patterns {
      for name in candidates(for: pattern, target, on: machine) {
        var narrowed = target
        guard narrow(&narrowed, pattern, Substring(name), on: machine) else { continue }
        for (file, _) in matches
        where file.parts.count > depth && file.parts[depth] == pattern && file.exists(machine) {
          children[name, default: []].append((file, narrowed))
        }
      }
    }
    return children.map { ($0.key, $0.value) }.sorted { ($0.0.count, $0.0) < ($1.0.count, $1.0) }
  }

  /// The process of a number, or the thread, whose directory is there too although nobody lists it.
  private func process(named text: Substring, on machine: Machine) -> (ProcessID, thread: ProcessID?)? {
    if text == "self" { return (actor, nil) }
    guard let number = Self.number(text) else { return nil }
    if let owner = machine.processes.owner(ofThread: number) { return (owner, number) }
    return machine.processes[number] == nil ? nil : (number, nil)
  }

  /// The number that a part of a path is; Linux knows no "007" and no "+7" here.
  private static func number(_ text: Substring) -> ProcessID? {
    guard let number = Int32(text), String(number) == text, number > 0 else { return nil }
    return ProcessID(number)
  }

  /// The threads of a process that run, the main one first.
  private static func threads(of process: ProcessID, on machine: Machine) -> [ProcessID] {
    [process] + (machine.processes[process]?.threads.filter(\.isAlive).map(\.id) ?? [])
  }

  private func candidates(for pattern: Substring, _ target: ProcFileTarget, on machine: Machine) -> [String] {
    switch pattern {
    case "TID":
      target.process.map { Self.threads(of: $0, on: machine).map { String($0.rawValue) } } ?? []
    case "PID": machine.processes.all.map { String($0.id.rawValue) } + ["self"]
    case "NAME": SlabCacheFiles.names(on: machine)
    default: [String(pattern)]
    }
  }
}
