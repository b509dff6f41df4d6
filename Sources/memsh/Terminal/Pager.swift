// A screenful at a time: nothing scrolls away before it can be read.

import Glibc

/// Stops before a terminal scrolls, and asks for a key.
struct Pager {
  /// How many rows were printed since the user last saw all.
  private var rows = 0
  /// How many columns of the present row are taken.
  private var column = 0
  /// What is done with the rest of this screen's output.
  private var mode = Mode.asking
  /// How long the user read.
  private(set) var waited = Duration.zero

  private enum Mode {
    case asking
    case showingAll
    case dropping
  }

  private static let prompt = "-- more: Space page, Return line, a all, q no more --"

  /// The user has seen all: begin anew.
  mutating func beginScreen() { self = Pager() }

  /// Notes what was printed past the pager.
  mutating func note(_ text: String) { for byte in text.utf8 where byte == UInt8(ascii: "\n") { rows += 1 } }

  /// Prints a text through `write`, as far as the user wants to see it.
  mutating func write(_ text: String, to write: (String) -> Void) {
    guard mode == .asking, let size = TerminalSize(of: STDOUT_FILENO), size.rows > 2 else {
      if mode != .dropping { write(text) }
      return
    }
    var shown = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      // Only what would scroll the first row away is asked for.
      if column == 0, rows >= size.rows - 1 {
        write(String(text[shown..<index]))
        shown = index
        ask(size)
        if mode == .dropping { return }
        if mode == .showingAll { break }
      }
      let character = text[index]
      if character == "\u{1B}" {
        // An escape sequence takes no room; it ends with a letter.
        while index < text.endIndex, !text[index].isLetter { index = text.index(after: index) }
        if index == text.endIndex { break }
      } else if character == "\n" {
        rows += 1
        column = 0
      } else {
        column += 1
        if column > size.columns {
          rows += 1
          column = 1
        }
      }
      index = text.index(after: index)
    }
    if shown < text.endIndex { write(String(text[shown...])) }
  }

  /// Waits for a key. Whoever has typed ahead does not wait to read.
  private mutating func ask(_ size: TerminalSize) {
    if Self.isKeyWaiting || !Self.canAsk {
      mode = .showingAll
      return
    }
    Self.say(Self.prompt)
    let clock = ContinuousClock()
    let start = clock.now
    let key = Self.readKey()
    waited += start.duration(to: clock.now)
    Self.say("\r\u{1B}[K")
    switch key {
    case UInt8(ascii: "\r"), UInt8(ascii: "\n"): rows = size.rows - 2
    case UInt8(ascii: " "): rows = 0
    case UInt8(ascii: "q"), UInt8(ascii: "Q"), 4, nil: mode = .dropping
    default: mode = .showingAll
    }
  }

  /// Whether the terminal listens too.
  private static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && Environment["TERM"] != "dumb" }

  private static var isKeyWaiting: Bool {
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  private static func say(_ text: String) {
    var text = text
    text.withUTF8 { _ = Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }

  /// One key, without waiting for Return; nil when Ctrl-C came instead.
  private static func readKey() -> UInt8? {
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var raw = before
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
    // A signal that ends or stops memsh must find the terminal as it was.
    let signals = [SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
    var actions = signals.map { _ in sigaction() }
    for (index, number) in signals.enumerated() {
      sigaction(number, nil, &actions[index])
      Signals.catchSignal(number)
    }
    defer {
      tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
      for (index, number) in signals.enumerated() { sigaction(number, &actions[index], nil) }
      for number in [SIGTERM, SIGHUP, SIGQUIT] where Signals.take(number) { Signals.die(of: number) }
    }
    var key: UInt8 = 0
    while true {
      if read(STDIN_FILENO, &key, 1) == 1 { return key }
      guard errno == EINTR, Signals.take(SIGTSTP) else { return nil }
      tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
      raise(SIGSTOP)
      tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
    }
  }
}
