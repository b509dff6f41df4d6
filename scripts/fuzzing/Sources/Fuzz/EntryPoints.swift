// Where fuzzing starts, and what libFuzzer calls with each input.

import Glibc
import MemScript

/// What is fuzzed; the environment variable MEMSH_FUZZ_TARGET names it.
private enum Target: String {
  /// Text through lexer, parser and compiler.
  case check
  /// Text as a script under limits, the machine's invariants checked after every line.
  case run
  /// Text as a recorded trace.
  case replay
  /// No text: scripts of chance, from seeds.
  case scripts
}

private let target: Target = {
  let name = getenv("MEMSH_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = Target(rawValue: name) else {
    say("MEMSH_FUZZ_TARGET is check, run, replay or scripts\n")
    exit(2)
  }
  return target
}()

/// libFuzzer's own loop (FuzzerDriver.cpp).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

@main
private enum Program {
  static func main() {
    if target == .scripts { ScriptsOfChance.run() }
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(runDriver(&count, &arguments) { testOneInput($0, $1) })
  }
}

private func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  switch target {
  case .check: _ = checkedSession.check(SourceText(name: "fuzz", bytes: bytes))
  case .run: run(bytes)
  case .replay: replay(bytes)
  case .scripts: break
  }
  return 0
}

/// One session for all texts: checking leaves no trace in it.
nonisolated(unsafe) private let checkedSession: Session = {
  guard let session = try? Session(output: { _, _ in }) else { exit(3) }
  return session
}()

private func run(_ bytes: [UInt8]) {
  // Lines are statements on their own unless they leave something open: so each is followed by a check.
  var statements: [String] = []
  var open = ""
  for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
  {
    open += line + "\n"
    let isOpen = checkedSession.parse(SourceText(name: "fuzz", text: open)).isIncomplete
    if isOpen, open.utf8.count < 1 << 14 { continue }
    statements.append(open)
    open = ""
  }
  if !open.isEmpty { statements.append(open) }
  if let problem = FuzzedScript.run(statements) { fail(problem) }
}

private func replay(_ bytes: [UInt8]) {
  // A trace may ask for work without end; what a reader takes is small.
  guard bytes.count < 1 << 16 else { return }
  guard let trace = try? AllocationTrace(reading: SourceText(name: "fuzz", bytes: bytes)),
    var replayer = try? ReplayPlan(trace: trace).start()
  else { return }
  replayer.advance()
  if let problem = replayer.machine.invariantViolations().first { fail(problem) }
}

/// Ends the run so that libFuzzer keeps the input.
func fail(_ problem: String) -> Never {
  say("INVARIANT: \(problem)\n")
  abort()
}

/// Writes a text to standard error, whatever else is open.
func say(_ text: String) { _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) } }
