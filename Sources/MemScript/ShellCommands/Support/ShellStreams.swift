// Where the output and the errors of a shell command go.

import LinuxMemory
import ScriptLanguage

/// The streams of one run of a shell command, as its redirections lead them.
struct ShellStreams {
  /// Where a stream leads.
  enum Target: Equatable {
    /// The session's own output: the terminal, or who reads the output of commands.
    case output
    /// The session's errors.
    case error
    case nowhere
    /// A file, by its place in `files`.
    case file(Int)
  }

  /// A file that gets what is written when the command ends, in one piece.
  private struct OpenFile {
    var path: String
    /// As written, for messages.
    var name: String
    var held = ""
  }

  /// Where output goes.
  private(set) var output = Target.output
  /// Where errors go.
  private(set) var error = Target.error
  private var files: [OpenFile] = []
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Writes to a stream.
  mutating func write(_ text: String, to target: Target) {
    switch target {
    case .output: session.emit(text)
    case .error: session.output(.standardError, text)
    case .nowhere: break
    case .file(let index): if session.budget.spend(text.utf8.count >> 6) { files[index].held += text }
    }
  }

  /// Opens what a command is redirected to, in the order in which it is written.
  ///
  /// - Throws: `ShellFailure` in the shell's words, `ScriptError` for a place where nothing can lie.
  mutating func open(_ redirections: [ShellLine.Redirection]) throws {
    for redirection in redirections {
      switch redirection.kind {
      case .input: break
      case .output, .appendedOutput:
        output = try target(redirection, appends: redirection.kind == .appendedOutput)
      case .error, .appendedError:
        error = try target(redirection, appends: redirection.kind == .appendedError)
      case .both:
        output = try target(redirection, appends: false)
        error = output
      case .errorToOutput: error = output
      case .outputToError: output = error
      }
    }
  }

  private mutating func target(_ redirection: ShellLine.Redirection, appends: Bool) throws -> Target {
    guard redirection.path.utf8.count <= SimulatedPath.longest else {
      throw ShellFailure("bash: \(redirection.path.prefix(100))...: \(ErrorNumber.ENAMETOOLONG.message)")
    }
    let path = session.absolutePath(redirection.path)
    if let failure = try session.openOutput(path, appends: appends) {
      guard failure != .EOPNOTSUPP else {
        throw ScriptError(
          notModelled: "writing to '\(redirection.path)'",
          hint: "output can go to simulated files, to /dev/null and to files of /proc and /sys")
      }
      throw ShellFailure(
        "bash: \(redirection.path): \(failure.message)", hint: session.pathHint(path, failure))
    }
    switch path {
    case "/dev/null": return .nowhere
    case "/dev/stdout": return .output
    case "/dev/stderr": return .error
    default:
      files.append(OpenFile(path: path, name: redirection.path))
      return .file(files.count - 1)
    }
  }

  /// Writes what was held to its files.
  ///
  /// - Parameter prefix: what stands before the message of a failure.
  /// - Throws: `ShellFailure` for what could not be written.
  mutating func close(_ prefix: String) throws {
    for file in files where !file.held.isEmpty {
      if let failure = try session.writeOutput(file.held, to: file.path) {
        throw ShellFailure("\(prefix): write error: \(failure.message)")
      }
    }
    files = []
  }
}

extension Session {
  /// The path of /proc or /sys that was meant, where one was not found.
  func pathHint(_ path: String, _ error: ErrorNumber) -> String? {
    guard error == .ENOENT, path.hasPrefix("/proc/") || path.hasPrefix("/sys/"),
      let slash = path.lastIndex(of: "/")
    else {
      return nil
    }
    let directory = String(path[..<slash])
    let names = ProcFileSystem(actor: shellProcess).entries(of: directory, on: machine)
    let name = String(path[path.index(after: slash)...])
    return Suggestion.closest(to: name, among: [names]).map { "did you mean `\(directory)/\($0)`?" }
  }

  /// Opens a file for the output of a command: it is made where there is none, and emptied unless one appends.
  ///
  /// - Returns: what is wrong; `EOPNOTSUPP` for a place where no files are modelled.
  func openOutput(_ path: String, appends: Bool) throws -> ErrorNumber? {
    switch place(at: path) {
    case .stream: return nil
    case .directory: return .EISDIR
    case .file(let file):
      guard !appends, file.kind != .blockDevice else { return nil }
      if case .failure(let error) = machine.truncateFile(path, to: 0) { return error }
    case .vacant:
      let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "/"
      guard case .directory = place(at: directory) else {
        return machine.files.file(at: directory) == nil ? .ENOENT : .ENOTDIR
      }
      if case .failure(let error) = machine.createFile(path, size: 0, by: shellProcess) { return error }
    case .reserved:
      if path == "/dev/stdout" || path == "/dev/stderr" { return nil }
      guard path.hasPrefix("/proc") || path.hasPrefix("/sys") else { return .EOPNOTSUPP }
      do throws(ErrorNumber) {
        try ProcFileSystem(actor: shellProcess).openForWriting(path, on: machine)
      } catch {
        return error
      }
    }
    return nil
  }

  /// Writes a text to a file that was opened.
  ///
  /// - Returns: what is wrong.
  func writeOutput(_ text: String, to path: String) throws -> ErrorNumber? {
    if SimulatedStream(rawValue: path) != nil { return nil }
    if let file = machine.files.file(at: path) {
      // Bytes are copied on their way.
      guard file.size / 4 + UInt64(text.utf8.count) < UInt64(max(limits.stateBytes, 0)) / 4 else {
        throw ScriptLimit.stateBytes.error(under: limits)
      }
      if case .failure(let error) = try machine.appendText(Array(text.utf8), to: path, by: shellProcess) {
        return error
      }
      return nil
    }
    do throws(ErrorNumber) {
      try ProcFileSystem(actor: shellProcess).write(text, to: path, on: &machine)
    } catch {
      return error
    }
    return nil
  }
}
