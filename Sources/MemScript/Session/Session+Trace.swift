// What a statement did, layer by layer, and what it changed.

import LinuxMemory
import ScriptLanguage

extension Session {
  /// Notes the figures before a statement, and asks the host.
  func statementWillRun(_ text: Substring, line: Int) -> StatementAction {
    statementCount &+= 1
    machine.events.statement = statementCount
    if isNotingSamples || isTracing {
      statementLine = line + reportedLines
      statementText = String(text.prefix(48).prefix { $0 != "\n" })
      if samples.samples.isEmpty, recordSink == nil { noteSample() }
      tell(.statement(number: statementCount, line: line, text: statementText, time: machine.clock))
    }
    deathWords = nil
    if collectsStories {
      collector.begin(isFolding: traceLevel != .full)
      if isTracing { tracePoint = inspectMachine { TracePoint(of: $0) } }
    }
    return hasStatementHooks ? askBefore(text, line: line) : .proceed
  }

  /// Says what the statement did and changed; nothing when it touched no memory.
  func statementDidRun() -> StatementAction {
    afterStatement?(self)
    let story = collectsStories ? collector.take() : nil
    noteSample(story)
    if let story { sayWhatHappened(story) }
    return hasStatementHooks ? askAfter() : .proceed
  }

  private func sayWhatHappened(_ story: TraceStory) {
    guard isTracing, let before = tracePoint else { return }
    tracePoint = nil
    // What is only looked at leaves the last story for `.why`.
    if keepsStories, story.hasActs { keep(story) }
    for line in TraceText(story, level: traceLevel).lines { say(explaining(line)) }
    for line in inspectMachine({ before.changes(to: $0) }) { say(line) }
  }

  private func say(_ line: TraceLine) { output(.trace, lines(of: line)) }

  /// A line of the trace with its newline, broken where somebody reads on a terminal.
  func lines(of line: TraceLine) -> String {
    lineWidth.map { TextWrap.lines(line.text, width: $0, hanging: line.hanging) } ?? line.text + "\n"
  }

  /// The line with one word explained that no line has explained yet.
  private func explaining(_ line: TraceLine) -> TraceLine {
    guard explainedWords.count < TraceGlossary.entries.count,
      let (word, meaning, end) = TraceGlossary.entry(in: line.words, except: explainedWords)
    else { return line }
    explainedWords.insert(word)
    return line.replacingWords(line.words[..<end] + " (\(meaning))" + line.words[end...])
  }

  /// Makes what happens from now on belong to a call.
  func traceCall(_ command: BoundCommand, _ arguments: borrowing CallArguments) {
    traceCall(
      command,
      request: command.layer == .cLibrary ? Self.request(command.entry.signature.name, arguments) : nil)
  }

  /// Makes what happens from now on belong to a call.
  func traceCall(_ command: BoundCommand, request: UInt64? = nil) {
    let kind: TraceCall.Kind =
      switch command.layer {
      case .cLibrary: .allocator
      case .touching: .touching
      default: .other
      }
    collector.enter(
      TraceCall(name: command.entry.signature.name, kind: kind, process: currentProcess), request: request)
  }

  /// How many bytes malloc or realloc is asked for.
  private static func request(_ name: String, _ arguments: borrowing CallArguments) -> UInt64? {
    let index = name == "malloc" ? 0 : name == "realloc" ? 1 : -1
    guard index >= 0, index < arguments.count, case .integer(let number) = arguments[index] else {
      return nil
    }
    return UInt64(exactly: number)
  }
}
