// Whether output is coloured.

import Glibc

/// The argument of `--color`.
enum ColorChoice: String, Equatable, CaseIterable {
  /// Colours on a terminal, unless `NO_COLOR` or `TERM=dumb` speaks against them.
  case auto
  /// Colours everywhere.
  case always
  /// No colours.
  case never

  /// Whether output to an open file is coloured.
  ///
  /// - Parameter descriptor: the file's descriptor.
  func isOn(for descriptor: Int32) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto:
      isatty(descriptor) == 1 && !Environment.isSet("NO_COLOR") && Environment["TERM"] != "dumb"
    }
  }
}
