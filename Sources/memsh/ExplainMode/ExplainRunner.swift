// Carrying out `memsh explain`.

import Glibc
import MemScript

/// Reads logs and prints what the kernel's reports in them mean.
struct ExplainRunner {
  private let explain: Invocation.Explain
  private let console: Console

  /// Bytes that are read at once.
  private static let blockSize = 1 << 18

  /// Prepares.
  init(_ explain: Invocation.Explain, console: Console) {
    self.explain = explain
    self.console = console
  }

  /// Explains each log in turn.
  ///
  /// - Returns: the exit status.
  func run() throws -> Int32 {
    var count = 0
    for path in explain.files { count += try explain(path, startsAt: count) }
    guard count == 0 else { return ExitStatus.success }
    if !explain.isJSON {
      let names = explain.files.map { $0 == ScriptFile.standardInput ? "standard input" : $0 }
      console.printError("memsh: no report of the kernel about memory in \(names.joined(separator: ", "))\n")
    }
    return explain.isJSON ? ExitStatus.success : ExitStatus.failure
  }

  /// Explains one log while it is read.
  ///
  /// - Parameters:
  ///   - path: the log; `-` is standard input.
  ///   - start: how many reports were printed before.
  /// - Returns: how many reports it has.
  private func explain(_ path: String, startsAt start: Int) throws -> Int {
    let isStandardInput = path == ScriptFile.standardInput
    let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw HostFileError(path: path, reason: String(cString: strerror(errno))) }
    defer { if !isStandardInput { close(descriptor) } }
    var reader = ReportExplanation.Reader()
    var count = 0
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.blockSize)
    defer { block.deallocate() }
    while true {
      let length = read(descriptor, block, Self.blockSize)
      if length < 0, errno == EINTR { continue }
      guard length >= 0 else { throw HostFileError(path: path, reason: String(cString: strerror(errno))) }
      if length == 0 { break }
      let explanations = reader.feed(UnsafeBufferPointer(start: block, count: length))
      for explanation in explanations { print(explanation, of: path, number: start + count, &count) }
    }
    for explanation in reader.finish() { print(explanation, of: path, number: start + count, &count) }
    return count
  }

  private func print(_ explanation: ReportExplanation, of path: String, number: Int, _ count: inout Int) {
    count += 1
    if explain.isJSON {
      console.print(explanation.json.text + "\n")
      return
    }
    let name = explain.files.count > 1 ? "\(path): " : ""
    let width = (TerminalSize(of: STDOUT_FILENO) ?? .usual).columns
    console.print((number == 0 ? "" : "\n") + name + explanation.text(width: min(width, 100)))
  }
}
