// What kind of failure an error or a diagnostic tells of, apart from its wording.

/// The kinds of failures, each with what a program needs to act on it. More may come: give a `switch` a `default`.
public enum FailureKind: Sendable {
  /// The text is no script.
  case syntax
  /// A name that nobody knows, or one that cannot be used so.
  case name(String)
  /// A value or an operand of the wrong type, or a call with the wrong number of arguments.
  case type
  /// A value that cannot be used here: an index out of range, a division by zero, an unknown option.
  case value
  /// A limit of ``ScriptLimits`` was passed; `allowed` is in the limit's unit, for a deadline in milliseconds.
  case limit(ScriptLimit, allowed: Int)
  /// The run was stopped by its ``InterruptFlag`` or because its task was cancelled.
  case cancelled
  /// An `expect` that did not hold.
  case expectation
  /// Linux has this, the simulation does not; what it is.
  case notModelled(String)
  /// A command or a closure of the host threw this error, which is no ``ScriptError``.
  case host(any Error)
  /// A file could not be included; the cause is what the host's loader threw, nil where the host was not asked.
  case include(path: String, cause: (any Error)?)
  /// The simulated kernel panicked; its last words.
  case panic(String)
  /// A signal ended the process `main`.
  case signal(Int32)
  /// A script of which a value was wanted called exit instead; its status.
  case exit(Int32)
}

extension FailureKind {
  /// A stable name for programs: `syntax`, `name`, `type`, `value`, `limit`, `cancelled`, `expectation`, `not-modelled`,
  /// `host`, `include`, `panic`, `signal` or `exit`.
  public var code: String {
    switch self {
    case .syntax: "syntax"
    case .name: "name"
    case .type: "type"
    case .value: "value"
    case .limit: "limit"
    case .cancelled: "cancelled"
    case .expectation: "expectation"
    case .notModelled: "not-modelled"
    case .host: "host"
    case .include: "include"
    case .panic: "panic"
    case .signal: "signal"
    case .exit: "exit"
    }
  }

  /// What it is about: the name, the limit, what is not modelled, the path, the kernel's words or the signal's number.
  public var subject: String? {
    switch self {
    case .syntax, .type, .value, .cancelled, .expectation: nil
    case .name(let name): name
    case .limit(let limit, _): limit.rawValue
    case .notModelled(let what): what
    case .host(let error): String(describing: error)
    case .include(let path, _): path
    case .panic(let words): words
    case .signal(let number), .exit(let number): String(number)
    }
  }

  private var cause: (any Error)? {
    switch self {
    case .host(let error): error
    case .include(_, let cause): cause
    default: nil
    }
  }
}

extension FailureKind: Equatable {
  /// Errors of the host are compared by their descriptions.
  public static func == (left: FailureKind, right: FailureKind) -> Bool {
    left.code == right.code && left.subject == right.subject && left.allowed == right.allowed
      && left.cause.map { String(describing: $0) } == right.cause.map { String(describing: $0) }
  }

  private var allowed: Int? { if case .limit(_, let allowed) = self { allowed } else { nil } }
}

extension FailureKind: Codable {
  /// An error of a host as it is read again: its description.
  public struct DescribedError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the error said of itself.
    public let description: String
  }

  private enum Key: String, CodingKey {
    case code, subject, allowed, cause
  }

  /// Writes the code and what it is about; of an error of the host the description.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(code, forKey: .code)
    try values.encodeIfPresent(subject, forKey: .subject)
    try values.encodeIfPresent(allowed, forKey: .allowed)
    try values.encodeIfPresent(cause.map { String(describing: $0) }, forKey: .cause)
  }

  /// Reads a kind; an error of the host becomes a ``DescribedError``.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let subject = try values.decodeIfPresent(String.self, forKey: .subject) ?? ""
    let cause = try values.decodeIfPresent(String.self, forKey: .cause).map(DescribedError.init)
    let code = try values.decode(String.self, forKey: .code)
    switch code {
    case "syntax": self = .syntax
    case "name": self = .name(subject)
    case "type": self = .type
    case "value": self = .value
    case "limit":
      guard let limit = ScriptLimit(rawValue: subject) else {
        throw DecodingError.dataCorruptedError(
          forKey: .subject, in: values, debugDescription: "there is no limit `\(subject)`")
      }
      self = .limit(limit, allowed: try values.decode(Int.self, forKey: .allowed))
    case "cancelled": self = .cancelled
    case "expectation": self = .expectation
    case "not-modelled": self = .notModelled(subject)
    case "host": self = .host(cause ?? DescribedError(description: subject))
    case "include": self = .include(path: subject, cause: cause)
    case "panic": self = .panic(subject)
    case "signal": self = .signal(Int32(subject) ?? 0)
    case "exit": self = .exit(Int32(subject) ?? 0)
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .code, in: values, debugDescription: "there is no kind `\(code)`")
    }
  }
}
