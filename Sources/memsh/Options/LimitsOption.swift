// The text of --limits: what a script may take.

import Glibc
import LinuxMemory
import MemScript

/// Limits as the command line names them, such as `steps=1M,seconds=2`.
enum LimitsOption {
  /// The keys, in the order in which they are explained.
  private static let keys: KeyValuePairs<String, ScriptLimit> = [
    "steps": .steps, "heap": .heapBytes, "state": .stateBytes, "output": .outputBytes, "seconds": .deadline,
    "calls": .callDepth, "nesting": .nestingDepth, "source": .sourceBytes, "include": .includeDepth,
  ]

  /// A diagnostic that names the limits as the command line does.
  static func named(_ diagnostic: String) -> String {
    guard diagnostic.utf8.count < 1 << 14 else { return diagnostic }
    var text = diagnostic
    for (key, limit) in keys {
      text = text.replacing(
        "the limit is `ScriptLimits.\(limit.rawValue)`", with: "`--limits \(key)=...` sets this limit")
    }
    return text
  }

  /// Reads the limits; those that are not named stay as they are.
  ///
  /// - Throws: ``LimitsError`` for a text that is no list of them.
  static func limits(from text: String) throws(LimitsError) -> ScriptLimits {
    var limits = ScriptLimits()
    var seen: Set<String> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        String($0.drop { $0 == " " })
      }
      guard pieces.count == 2 else {
        throw LimitsError("'\(part)' is not key=value", hint: "write for example steps=1M,seconds=2")
      }
      guard seen.insert(pieces[0]).inserted else { throw LimitsError("'\(pieces[0])' is given twice") }
      try set(pieces[0], to: pieces[1], in: &limits)
    }
    return limits
  }

  private static func set(
    _ key: String, to value: String, in limits: inout ScriptLimits
  ) throws(LimitsError) {
    switch key {
    case "steps": limits.steps = try number(value, of: key)
    case "heap": limits.heapBytes = try number(value, of: key)
    case "state": limits.stateBytes = try number(value, of: key)
    case "output": limits.outputBytes = try number(value, of: key)
    case "seconds": limits.deadline = ScriptDeadline(try duration(value), now: monotonicTime)
    case "calls": limits.callDepth = try number(value, of: key)
    case "nesting": limits.nestingDepth = try number(value, of: key)
    case "source": limits.sourceBytes = try number(value, of: key)
    case "include": limits.includeDepth = try number(value, of: key)
    default:
      throw LimitsError(
        "there is no limit '\(key)'", hint: "the limits are \(keys.map(\.key).joined(separator: ", "))")
    }
  }

  private static func number(_ text: String, of key: String) throws(LimitsError) -> Int {
    guard let value = ByteCount.parse(text).flatMap({ Int(exactly: $0) }) else {
      throw LimitsError(
        "'\(text)' is no number for '\(key)'",
        hint: "write for example 100000, 64K or 1M (K, M, G and T are powers of 1024)")
    }
    return value
  }

  private static func duration(_ text: String) throws(LimitsError) -> Duration {
    guard let seconds = Double(text), seconds >= 0, seconds <= 1e9 else {
      throw LimitsError("'\(text)' is no number of seconds", hint: "write for example 2 or 0.5")
    }
    return .seconds(seconds)
  }

  /// The time since the host's boot.
  @Sendable private static func monotonicTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

/// What is wrong with the text of `--limits`.
struct LimitsError: Error, Equatable {
  /// In one line.
  let message: String
  /// What would be right.
  let hint: String?

  /// Makes an error.
  init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
