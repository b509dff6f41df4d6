// Scripts with commands to the shell in them: from one dot to the next, each part is an input of its own.

import MemScript

extension Shell {
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
        if !isDone, !goesOnAfterFailure { return ExitStatus.failure }
      } else {
        part += line
        part.append(newline)
      }
    }
    return runPart(part, after: passedLines, of: source.name)
  }

  /// Runs a part with its lines where they stand in the file, so that diagnostics name them right.
  private func runPart(_ part: [UInt8], after lines: Int, of name: String) -> Int32? {
    guard part.contains(where: { $0 > UInt8(ascii: " ") }) else { return nil }
    return runPart(
      SourceText(name: name, bytes: [UInt8](repeating: UInt8(ascii: "\n"), count: lines) + part))
  }

  private func runPart(_ source: SourceText) -> Int32? {
    defer { endRedirection() }
    let status = runner.run(source, isStep: keepsSteps, diesOfInterrupt: !isInteractive)
    return goesOnAfterFailure ? nil : status
  }

  /// Whether a text is the beginning of something longer, so that a line with a dot belongs to it.
  private func isOpen(_ bytes: [UInt8], _ name: String) -> Bool {
    bytes.contains { $0 > UInt8(ascii: " ") }
      && session.parse(SourceText(name: name, bytes: bytes)).isIncomplete
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
