// The limits by name, and what is said when one is passed.

/// One of the limits in ``ScriptLimits``.
public enum ScriptLimit: String, Sendable, CaseIterable {
  /// ``ScriptLimits/steps``
  case steps
  /// ``ScriptLimits/heapBytes``
  case heapBytes
  /// ``ScriptLimits/stateBytes``
  case stateBytes
  /// ``ScriptLimits/outputBytes``
  case outputBytes
  /// ``ScriptLimits/deadline``
  case deadline
  /// ``ScriptLimits/callDepth``
  case callDepth
  /// ``ScriptLimits/nestingDepth``
  case nestingDepth
  /// ``ScriptLimits/sourceBytes``
  case sourceBytes
  /// ``ScriptLimits/includeDepth``
  case includeDepth

  /// The error of a run that passed the limit.
  ///
  /// - Parameter limits: what was allowed.
  public func error(under limits: ScriptLimits) -> ScriptError {
    ScriptError(
      message(limits), kind: .limit(self, allowed: allowed(by: limits)),
      hint: "the limit is `ScriptLimits.\(rawValue)`")
  }

  /// What limits allow, in the limit's unit; of a deadline the milliseconds.
  private func allowed(by limits: ScriptLimits) -> Int {
    switch self {
    case .steps: limits.steps ?? .max
    case .heapBytes: limits.heapBytes
    case .stateBytes: limits.stateBytes
    case .outputBytes: limits.outputBytes ?? .max
    case .deadline: limits.deadline.map { Int(clamping: $0.duration.wholeMilliseconds) } ?? .max
    case .callDepth: limits.callDepth
    case .nestingDepth: limits.nestingDepth
    case .sourceBytes: limits.sourceBytes
    case .includeDepth: limits.includeDepth
    }
  }

  private func message(_ limits: ScriptLimits) -> String {
    switch self {
    case .steps: "the script took more than \(limits.steps ?? .max) steps"
    case .heapBytes: "the script's code, strings and lists need more than \(limits.heapBytes) bytes"
    case .stateBytes:
      "the machine and what else is kept for the script take more than \(limits.stateBytes) bytes"
    case .outputBytes: "the script printed more than \(limits.outputBytes ?? .max) bytes"
    case .deadline: "the script took longer than \(Self.text(of: limits.deadline?.duration ?? .zero))"
    case .callDepth: "more than \(limits.callDepth) calls are active"
    case .nestingDepth: "this is nested more than \(limits.nestingDepth) deep"
    case .sourceBytes: "the source texts have more than \(limits.sourceBytes) bytes"
    case .includeDepth where limits.includeDepth < 1: "this script may not include files"
    case .includeDepth: "files include each other more than \(limits.includeDepth) deep"
    }
  }

  /// A duration in seconds, with as many decimals as it has milliseconds.
  private static func text(of duration: Duration) -> String {
    let seconds = duration.components.seconds
    let milliseconds = duration.wholeMilliseconds - Int128(seconds) * 1000
    guard milliseconds > 0 else { return "\(seconds) s" }
    let digits = String(milliseconds)
    return "\(seconds).\(String(repeating: "0", count: 3 - digits.utf8.count))\(digits) s"
  }
}

extension Duration {
  /// The milliseconds that have passed whole.
  fileprivate var wholeMilliseconds: Int128 {
    Int128(components.seconds) * 1000 + Int128(components.attoseconds / 1_000_000_000_000_000)
  }
}
