// Scripts with commands to the shell in them: from one dot to the next, each part is an input of its own.

import Glibc
import MemScript

extension Shell {
  /// How much is read to find out whether lines with dots stand inside of something that is open.
  private static let mostLookedBytes = 64 << 20

  /// Runs a script, the lines of which that begin with a dot are the shell's.
  ///
  /// Without such lines it is one input.
  ///
  /// - Returns: the exit status of what ended it early; nil when it ran to its end.
  func runScript(_ source: SourceText) -> Int32? {
    guard Self.mayHaveDotLines(source.bytes) else { return runPart(source) }
    keepsSteps = true
    let newline = UInt8(ascii: "\n")
    var part: [UInt8] = []
    var passedLines = 0
    var partLines = 0
    for line in source.bytes.split(separator: newline, omittingEmptySubsequences: false) {
      partLines += 1
      if let command = Self.dotLine(line), !isOpen(part, source.name) {
        if let status = runPart(part, after: passedLines, of: source.name) { return status }
        passedLines += partLines
        (part, partLines) = ([], 0)
        let isDone = perform(command)
        if isLeaving { return lastStatus }
        if isInterrupted { return ExitStatus.signal(SIGINT) }
        if let ended = readStatus, !isInteractive {
          readStatus = nil
          if !goesOnAfterFailure { return ended }
          failure = ended
        }
        if !isDone {
          if !goesOnAfterFailure { return ExitStatus.failure }
          failure = ExitStatus.failure
        }
      } else {
        part += line
        part.append(newline)
      }
    }
    return runPart(part, after: passedLines, of: source.name) ?? takeFailure()
  }

  /// What the last failure under `.bail off` ended with, once the script is through.
  private func takeFailure() -> Int32? {
    defer { failure = nil }
    return readDepth == 0 && !isInteractive ? failure : nil
  }

  /// Runs a part with its lines where they stand in the file, so that diagnostics name them right.
  private func runPart(_ part: [UInt8], after lines: Int, of name: String) -> Int32? {
    guard part.contains(where: { $0 > UInt8(ascii: " ") }) else { return nil }
    return runPart(
      SourceText(name: name, bytes: [UInt8](repeating: UInt8(ascii: "\n"), count: lines) + part))
  }

  private func runPart(_ source: SourceText) -> Int32? {
    defer { endRedirection() }
    if session.interruption.isRequested { isInterrupted = true }
    guard !isInterrupted else { return ExitStatus.signal(SIGINT) }
    let clock = ContinuousClock()
    let start = clock.now
    let status = runner.run(source, isStep: keepsSteps, diesOfInterrupt: !isInteractive)
    // All parts of a script are one run to its limits.
    if !isInteractive { session.takeFromLimits(start.duration(to: clock.now)) }
    if status == ExitStatus.signal(SIGINT), isInteractive {
      isInterrupted = true
      return status
    }
    if let status, goesOnAfterFailure { failure = status }
    return goesOnAfterFailure ? nil : status
  }

  /// Whether a text is the beginning of something longer, so that a line with a dot belongs to it.
  private func isOpen(_ bytes: [UInt8], _ name: String) -> Bool {
    // Each look reads the part from its beginning.
    lookedBytes += bytes.count
    guard bytes.contains(where: { $0 > UInt8(ascii: " ") }), lookedBytes < Self.mostLookedBytes else {
      return false
    }
    return session.parse(SourceText(name: name, bytes: bytes)).isIncomplete
  }

  private static func dotLine(_ line: ArraySlice<UInt8>) -> DotLine? {
    guard line.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: ".") else { return nil }
    return DotLine(String(decoding: line, as: UTF8.self))
  }

  /// Whether some line begins with a dot and a letter.
  static func mayHaveDotLines(_ bytes: [UInt8]) -> Bool {
    var isAtStart = true
    for (index, byte) in bytes.enumerated() {
      if isAtStart, byte == UInt8(ascii: "."), index + 1 < bytes.count,
        bytes[index + 1] | 0x20 >= UInt8(ascii: "a")
      {
        return true
      }
      isAtStart = byte == UInt8(ascii: "\n") || (isAtStart && byte == UInt8(ascii: " "))
    }
    return false
  }
}
