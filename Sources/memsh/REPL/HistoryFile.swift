// The history of inputs, kept from one interactive session to the next.

@preconcurrency import CReadline
import Glibc

/// Readline's history and the file behind it.
///
/// The file lies at `memsh/history` in `$XDG_STATE_HOME` (`~/.local/state` where that is not set, after the
/// XDG Base Directory Specification). Where it cannot be read or written, the history lasts as long as
/// memsh runs, and nobody is bothered.
struct HistoryFile {
  /// How many inputs are kept, and how many lines of the file.
  private static let capacity: Int32 = 5000

  private let path: String?

  /// Reads the history of earlier sessions.
  init() {
    path = Self.path()
    // With a time before each entry, one entry may span several lines.
    history_comment_char = CChar(UInt8(ascii: "#"))
    history_write_timestamps = 1
    using_history()
    stifle_history(Self.capacity)
    if let path {
      Self.makeFolders(of: path)
      history_truncate_file(path, Self.capacity)
      read_history(path)
    }
  }

  /// Keeps an input, unless it is empty or the same as the one before.
  func add(_ text: String) {
    guard !text.allSatisfy(\.isWhitespace), text != Self.last else { return }
    add_history(text)
    guard let path else { return }
    // Appending keeps what other shells have added meanwhile; it fails where there is no file yet.
    if append_history(1, path) != 0 { _ = write_history(path) }
  }

  private static var last: String? {
    guard history_length > 0, let entry = history_get(history_base + history_length - 1) else { return nil }
    return entry.pointee.line.map { String(cString: $0) }
  }

  private static func path() -> String? {
    if let state = Environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/memsh/history" }
    guard let home = Environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/state/memsh/history"
  }

  /// Makes the folders that a file lies in, private as the specification wants them.
  private static func makeFolders(of path: String) {
    for (index, character) in zip(path.indices, path) where character == "/" && index != path.startIndex {
      mkdir(String(path[..<index]), 0o700)
    }
  }
}
