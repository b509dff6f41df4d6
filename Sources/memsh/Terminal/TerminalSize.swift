// How large the terminal is, and what it can show.

import Glibc

/// The size of a terminal in characters.
struct TerminalSize: Equatable {
  var columns: Int
  var rows: Int

  /// What is assumed where nobody says.
  static let usual = TerminalSize(columns: 80, rows: 24)

  /// The size of the terminal behind an open file; nil when it is none, or does not tell.
  init?(of descriptor: Int32) {
    var size = winsize()
    guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    self.init(columns: Int(size.ws_col), rows: size.ws_row > 0 ? Int(size.ws_row) : Self.usual.rows)
  }

  private init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// Which characters a terminal can show.
enum TerminalCharacters {
  /// Whether the locale's encoding is UTF-8 (locale(7): the first of these variables that is set decides).
  static var areUnicode: Bool {
    guard Environment["TERM"] != "dumb" else { return false }
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] where Environment.isSet(name) {
      let value = (Environment[name] ?? "").lowercased()
      return value.contains("utf-8") || value.contains("utf8")
    }
    return false
  }
}
