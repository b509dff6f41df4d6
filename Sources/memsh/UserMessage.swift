// What memsh says when it cannot even begin.

import MemScript

/// A call that makes no sense.
struct UsageError: Error {
  /// What is wrong with it.
  let message: String

  init(_ message: String) { self.message = message }
}

/// An error of a call of memsh in words.
enum UserMessage {
  /// One or two lines without the program's name and without a newline at the end.
  static func text(for error: any Error) -> String {
    switch error {
    case let error as HostFileError: error.message
    case let error as ScriptError: "--machine: \(error.message)" + hintLine(error.hint)
    case let error as LimitsError: "--limits: \(error.message)" + hintLine(error.hint)
    case let error as UsageError: error.message
    case let error as ShellError: error.message
    case let error as ReplayError: error.message + hintLine(error.hint)
    case let error as ConfigurationError: "--machine: \(error.message)"
    default: "\(error)"
    }
  }

  private static func hintLine(_ hint: String?) -> String {
    hint.map { "\n  hint: \($0)" } ?? ""
  }
}
