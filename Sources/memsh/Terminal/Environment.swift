// The environment variables of the process.

import Glibc

/// Read access to the environment.
enum Environment {
  /// The value of a variable, or nil when there is none.
  static subscript(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Whether a variable is there and not empty, which is how no-color.org defines `NO_COLOR`.
  static func isSet(_ name: String) -> Bool {
    self[name].map { !$0.isEmpty } ?? false
  }
}
