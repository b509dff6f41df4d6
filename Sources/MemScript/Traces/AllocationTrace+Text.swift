// Reading a trace from its text.

import LinuxMemory
import ScriptLanguage

extension AllocationTrace {
  /// Reads a trace.
  ///
  /// - Parameters:
  ///   - source: The text and the name that diagnostics give it.
  ///   - format: How it is written; nil to find out from the content.
  /// - Throws: The diagnostic of the first line that cannot be read, or of a text in no known format.
  package init(reading source: SourceText, format: TraceFormat? = nil) throws(Diagnostic) {
    self.init()
    let result = source.bytes.withUnsafeBufferPointer { bytes -> Result<AllocationTrace, TraceFailure> in
      guard let format = format ?? TraceFormat.recognize(bytes) else {
        let line = Self.firstLine(of: bytes)
        let problem = TraceProblem(
          message: bytes.isEmpty ? "the trace is empty" : "this is not a trace of allocator calls",
          range: line.line,
          hint:
            "known are one call in each line (m 1 100), logs of mtrace(3), valgrind --trace-malloc=yes, ltrace, uftrace "
            + "and heaptrack --raw, and traces of the malloc lab")
        return .failure(TraceFailure(problem, line))
      }
      switch format {
      case .calls: return Self.read(bytes, with: CallTraceReader())
      case .mtrace: return Self.read(bytes, with: MtraceReader())
      case .valgrind: return Self.read(bytes, with: ValgrindTraceReader())
      case .callLog: return Self.read(bytes, with: CallLogReader())
      case .heaptrack: return Self.read(bytes, with: HeaptrackReader())
      case .mallocLab: return Self.read(bytes, with: MallocLabReader())
      }
    }
    switch result {
    case .success(let trace): self = trace
    case .failure(let failure): throw failure.diagnostic(in: source)
    }
  }

  private static func firstLine(of bytes: UnsafeBufferPointer<UInt8>) -> TraceLineCursor {
    var lines = TraceLines(bytes)
    while let line = lines.next() {
      if !line.line.isEmpty { return line }
    }
    return TraceLineCursor(bytes, line: 0..<0, number: 1, isUnfinished: true)
  }

  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, with reader: some TraceLineReader
  ) -> Result<AllocationTrace, TraceFailure> {
    var reader = reader
    var trace = AllocationTrace()
    var lines = TraceLines(bytes)
    while var line = lines.next() {
      do throws(TraceProblem) {
        try reader.read(&line, into: &trace)
      } catch {
        guard reader.mayBreakOff, line.isUnfinished else { return .failure(TraceFailure(error, line)) }
        trace.gaps.unfinishedCalls += 1
      }
    }
    reader.finish(&trace)
    return .success(trace)
  }
}

/// A problem with the line that has it.
private struct TraceFailure: Error {
  let problem: TraceProblem
  /// The offsets of the line in the whole text.
  let line: Range<Int>
  /// Its number, counted from 1.
  let number: Int

  init(_ problem: TraceProblem, _ line: TraceLineCursor) {
    self.problem = problem
    self.line = line.line
    number = line.number
  }

  /// The problem as a diagnostic; only its line is given to the renderer, however long the trace is.
  func diagnostic(in source: SourceText) -> Diagnostic {
    let start = problem.range.lowerBound
    // A window is enough for the excerpt, and keeps offsets small.
    let window = max(line.lowerBound, start - 4096)..<min(line.upperBound, problem.range.upperBound + 4096)
    let excerpt = SourceText(name: source.name, bytes: Array(source.bytes[window]))
    let span = SourceSpan(
      source: 0, start: Int32(clamping: start - window.lowerBound),
      end: Int32(clamping: problem.range.upperBound - window.lowerBound))
    var location = SourceLocation(span, in: excerpt)
    location.line = number
    location.moveRight(by: window.lowerBound - line.lowerBound)
    return Diagnostic(problem.message, kind: .syntax, span: span, location: location, hint: problem.hint)
  }
}
