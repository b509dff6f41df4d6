// Why a command to the shell could not be done.

/// Why a command to the shell could not be done, for the user.
struct ShellError: Error, Equatable {
  /// One sentence without a full stop.
  var message: String

  init(_ message: String) { self.message = message }
}
