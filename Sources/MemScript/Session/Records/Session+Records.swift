// Saying things as records instead of text.

import LinuxMemory
import ScriptLanguage

/// Hands the events of a session's machine to its records.
///
/// `@unchecked`: a machine's copies carry it to wherever the host takes them, but the session is used only while it
/// runs, on the thread of that run.
final class RecordingObserver: EventObserver, @unchecked Sendable {
  private weak var session: Session?

  init(_ session: Session) { self.session = session }

  func observe(_ record: EventRecord) { session?.tell(.event(record)) }
}

extension Session {
  /// Hands a record to the host, which may refuse it; nothing when the host wants text.
  func tell(_ record: SessionRecord) {
    guard let recordSink else { return }
    do {
      try recordSink(record)
    } catch let error as ScriptError {
      budget.stop(with: error)
    } catch let error as ScriptInterruption {
      budget.stop(with: error)
    } catch {
      budget.stop(with: ScriptError("the host refused a record: \(error)"))
    }
  }

  /// Says a diagnostic, as text or as a record.
  func say(_ diagnostic: Diagnostic) {
    if recordSink != nil { return tell(.diagnostic(diagnostic)) }
    output(.diagnostic, diagnosticRenderer.render(diagnostic))
  }

  /// Says a text as a record.
  func tellOutput(_ kind: OutputKind, _ text: String) {
    switch kind {
    case .standard, .standardError: tell(.output(kind, text, statement: statementCount))
    case .diagnostic:
      let message = text.hasPrefix("warning: ") ? String(text.dropFirst(9)) : text
      tell(
        .warning(message.hasSuffix("\n") ? String(message.dropLast()) : message, statement: statementCount))
    case .trace: break
    }
  }
}
