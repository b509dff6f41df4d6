// Why a run, a compilation or an evaluation failed.

/// A failure with its kind and everything that was said about it.
public struct ScriptFailure: Error, Equatable, Sendable, Codable {
  /// What kind of failure it is: that of the diagnostic that ended the run, the first of a text with several errors.
  public var kind: FailureKind
  /// The errors of the text, or the failed `expect`s and then what ended the run; empty when it was stopped or `main` died.
  public var diagnostics: [Diagnostic]

  /// Makes a failure that no diagnostic tells of.
  package init(kind: FailureKind) {
    self.kind = kind
    diagnostics = []
  }

  /// Makes the failure of a text with errors.
  init(errors: [Diagnostic]) {
    kind = errors.first { $0.severity == .error }?.kind ?? .syntax
    diagnostics = errors
  }

  /// Makes the failure of a run.
  ///
  /// - Parameters:
  ///   - expectations: the `expect`s that did not hold.
  ///   - end: what ended the run; nil when it ran to its end.
  init(expectations: [Diagnostic], end: Diagnostic?) {
    kind = end?.kind ?? .expectation
    diagnostics = expectations + [end].compactMap { $0 }
  }
}

extension ScriptFailure: CustomStringConvertible {
  /// The diagnostics as text, or what happened in a line.
  public var description: String {
    if !diagnostics.isEmpty { return DiagnosticRenderer().render(diagnostics) }
    return switch kind {
    case .signal(let number): "signal \(number) ended the process main"
    case .panic(let words): "the kernel panicked: \(words)"
    case .cancelled: "the run was stopped"
    case .exit(let status): "the script exited with status \(status)"
    default: kind.code
    }
  }
}
