// One run of a shell command: its words, its input, its output and its status.

import LinuxMemory
import ScriptLanguage

/// One run of a shell command.
struct ShellRun {
  /// The command.
  let command: ShellCommand
  /// The session it runs in.
  let session: Session
  /// The words behind the name.
  let words: [String]
  /// The status so far; 0 for success.
  var status: Int32 = 0
  /// What the command before it in a pipeline wrote, or a file that it is redirected from; nil where nothing can be read.
  private(set) var input: String?
  private let line: ShellLine
  private var streams: ShellStreams

  /// The current process's view of `/proc` and `/sys`.
  var files: ProcFileSystem { ProcFileSystem(actor: session.shellProcess) }

  /// Whether a command or a file takes the output.
  var isRead: Bool { streams.output != .output || !session.captures.isEmpty }

  /// Whether the output goes to `/dev/null`.
  var discardsOutput: Bool { streams.output == .nowhere }

  /// Runs a command with its redirections and sets the session's status.
  static func perform(
    _ command: ShellCommand, _ session: Session, _ line: ShellLine,
    _ body: (inout ShellRun) throws -> Void
  ) throws {
    var run = ShellRun(command: command, session: session, line: line)
    do {
      try run.refuseLongWords()
      try run.streams.open(line.redirections)
      try run.openInput()
      do {
        try body(&run)
      } catch let failure as ShellFailure {
        run.streams.write(run.placed(failure.text), to: run.streams.error)
        run.status = failure.status
      } catch is HelpRequest {
        run.print("Usage:\n \(command.name) \(command.usage)\n\n\(command.summary)\n")
        run.status = 0
      }
      try session.budget.check()
      try run.streams.close((command.style == .builtin ? "bash: " : "") + command.name)
    } catch let failure as ShellFailure {
      // The shell itself says what is wrong with a redirection.
      session.output(.standardError, run.placed(failure.text))
      if let hint = failure.hint { session.output(.standardError, "  hint: \(hint)\n") }
      run.status = failure.status
    }
    session.endStage(run.status, line)
  }

  private init(command: ShellCommand, session: Session, line: ShellLine) {
    self.command = command
    self.session = session
    self.line = line
    words = line.words
    input = line.input
    streams = ShellStreams(session)
  }

  /// The options and operands of the line.
  ///
  /// - Throws: as `ShellOptions`.
  func options() throws -> ShellOptions {
    try ShellOptions(words, table: command.options, command: command)
  }

  /// Writes to standard output.
  mutating func print(_ text: String) { streams.write(text, to: streams.output) }

  /// Writes to standard error what is no failure.
  mutating func printError(_ text: String) { streams.write(text, to: streams.error) }

  /// Says a line to standard error and goes on; the command will end with `status`.
  mutating func complain(_ text: String, status: Int32 = 1) {
    streams.write(placed(text + "\n"), to: streams.error)
    self.status = status
  }

  /// A message with the place of the command before it, as a shell says it for a script; typed at a prompt it has none.
  private func placed(_ text: String) -> String {
    guard !session.isInteractiveRun, let name = line.name, streams.error == .error || text.hasPrefix("bash: ")
    else { return text }
    let location = session.engine.location(of: name)
    return "\(location.file): line \(location.line): "
      + (text.hasPrefix("bash: ") ? String(text.dropFirst("bash: ".count)) : text)
  }

  /// Where a word of the line stands, for messages of the language.
  func failure(
    _ message: String, kind: FailureKind = .value, _ word: ShellWord, hint: String? = nil
  ) -> ScriptError {
    ScriptError(message, kind: kind, argument: word.index, hint: hint)
  }

  /// The content of a file of `/proc` or `/sys`.
  ///
  /// - Parameter path: absolute, or relative to the current directory.
  func read(_ path: String) throws(ErrorNumber) -> String {
    try files.read(absolute(path), on: session.machine)
  }

  /// The absolute form of a path.
  func absolute(_ path: String) -> String {
    session.absolutePath(path)
  }

  // MARK: Input

  /// Opens the file behind the last `<`.
  private mutating func openInput() throws {
    guard let redirection = line.redirections.last(where: { $0.kind == .input }) else { return }
    switch try contents(of: redirection.path, argument: nil) {
    case .success(let text): input = text
    case .failure(let error): throw ShellFailure("bash: \(redirection.path): \(error.message)")
    }
  }

  /// What a command reads that was given no file.
  ///
  /// - Throws: `ScriptError` where nobody writes anything for it: there is no terminal to read from.
  func standardInput() throws -> String {
    if let input { return input }
    throw ScriptError(
      "`\(command.name)` without a file reads its input, and nothing is piped into it",
      hint: "write `command | \(command.name) ...`, or name a file")
  }

  /// The text of a file, or of the input for `-`.
  ///
  /// - Returns: `ENOENT`, `EISDIR` and what else Linux has for files that cannot be read.
  /// - Throws: `ScriptError` for a file without contents.
  mutating func contents(of file: ShellWord) throws -> Result<String, ErrorNumber> {
    if file.text == "-" { return .success(try standardInput()) }
    return try contents(of: file.text, argument: file.index)
  }

  private mutating func contents(of name: String, argument: Int?) throws -> Result<String, ErrorNumber> {
    guard name.utf8.count <= SimulatedPath.longest else { return .failure(.ENAMETOOLONG) }
    let path = absolute(name)
    switch session.place(at: path) {
    case .stream(.null): return .success("")
    case .stream:
      throw ScriptError(
        "'\(name)' has no end", argument: argument, hint: "`dd if=\(name) of=FILE bs=1M count=1`")
    case .file(let file):
      guard let bytes = session.machine.contents(of: path) else {
        throw ScriptError(
          "'\(name)' has \(file.size) bytes and no contents", argument: argument,
          hint: "cat \(name) > /dev/null reads it into the page cache")
      }
      _ = try session.machine.readFile(path, by: session.shellProcess)
      return .success(String(decoding: bytes, as: UTF8.self))
    case .directory: return .failure(.EISDIR)
    case .vacant, .reserved:
      do throws(ErrorNumber) {
        return .success(try read(name))
      } catch {
        return .failure(error)
      }
    }
  }

  /// Calls `body` with the text of each file, or of the input when there is none, and says which cannot be read.
  ///
  /// - Parameters:
  ///   - files: the operands that name files.
  ///   - problem: what is said before the error, such as `head: cannot open 'x' for reading`.
  ///   - splits: whether the command takes the text apart into lines, which then have to fit the script's heap.
  mutating func forEachInput(
    _ files: [ShellWord], problem: (String) -> String, status: Int32 = 1, splits: Bool = true,
    _ body: (inout ShellRun, String, ShellWord?) throws -> Void
  ) throws {
    if files.isEmpty {
      let text = try standardInput()
      try charge(text, splits: splits)
      return try body(&self, text, nil)
    }
    for file in files {
      switch try contents(of: file) {
      case .success(let text):
        try charge(text, splits: splits)
        try body(&self, text, file)
      case .failure(let error):
        complain("\(problem(file.text)): \(error.message)", status: status)
        if streams.error == .error, let hint = session.pathHint(absolute(file.text), error) {
          session.output(.standardError, "  hint: \(hint)\n")
        }
      }
    }
  }

  /// About how many bytes a line takes beside its text while it is looked at, with what sort notes of it.
  private static let bytesPerLine = 192

  /// Charges what a text costs that is read.
  private func charge(_ text: String, splits: Bool) throws {
    try session.budget.charge(bytes: text.utf8.count)
    guard splits else { return }
    let lines = text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    try session.budget.charge(lines)
    guard lines < session.limits.heapBytes / Self.bytesPerLine else {
      throw ScriptLimit.heapBytes.error(under: session.limits)
    }
  }

  /// The longest word that a program can be given (MAX_ARG_STRLEN with its zero byte), and all of them together (a
  /// quarter of the usual stack limit).
  private static let longestWord = 131_071
  private static let longestLine = 2 << 20

  /// Fails as execve(2) does with words that are too long; the shell's own commands take any.
  private func refuseLongWords() throws {
    guard command.style != .builtin else { return }
    var line = 0
    for word in words {
      line += word.utf8.count + 1
      guard word.utf8.count <= Self.longestWord, line <= Self.longestLine else {
        throw ShellFailure("bash: \(command.name): \(ErrorNumber.E2BIG.message)", status: 126)
      }
    }
  }
}

extension Session {
  /// Notes how a command of a pipeline ended: the last one's status is the pipeline's, unless `pipefail` is set.
  func endStage(_ ended: Int32, _ line: ShellLine) {
    if line.input == nil { upstreamFailure = 0 }
    status = ended
    if line.feedsNext {
      if ended != 0 { upstreamFailure = ended }
    } else if ended == 0, upstreamFailure != 0, shellSettings.failsWithAnyStage {
      status = upstreamFailure
    }
  }
}

extension String {
  /// The lines, without their ends; a line end at its end begins no other.
  var textLines: [Substring] {
    var lines = split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
