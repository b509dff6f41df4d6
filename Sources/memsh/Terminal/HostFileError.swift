// Why a file of the host could not be used.

/// Why a file of the host could not be read or written.
struct HostFileError: Error, Equatable {
  /// The file, as the user named it.
  var path: String
  /// The reason, in the words of strerror(3).
  var reason: String

  /// Both, as one line for the user.
  var message: String { "\(path): \(reason)" }
}
