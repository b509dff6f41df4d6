// A pseudo-terminal with memsh at its other end: tests type, and wait for what appears.

import Foundation
import Glibc

/// What went wrong while talking to a program on a terminal.
struct TerminalError: Error, CustomStringConvertible {
  var description: String
}

/// A program running on a terminal of its own.
final class Terminal {
  /// Everything that appeared and was not waited for yet, without escape sequences and carriage returns.
  private(set) var screen = ""
  private let controller: Int32
  private let process: pid_t
  private var status: Int32?
  private var raw: [UInt8] = []
  private let rows: UInt16

  /// How long a test waits at most; only a failing test waits that long.
  private static let patience: TimeInterval = 30

  /// Starts memsh on a new terminal.
  ///
  /// - Parameters:
  ///   - arguments: what stands behind its name.
  ///   - environment: all of its variables but PATH.
  ///   - columns: the width of the terminal.
  ///   - rows: its height; the pager stops at each screenful.
  ///   - redirection: a file that takes the place of standard output, or nil.
  init(
    _ arguments: [String] = [], environment: [String: String], columns: UInt16 = 100, rows: UInt16 = 200,
    redirection: String? = nil
  ) throws {
    self.rows = rows
    var (controller, program): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    var size = Self.size(columns: columns, rows: rows)
    guard openpty(&controller, &program, &name, nil, &size) == 0 else {
      throw TerminalError(description: "no pseudo-terminal: \(String(cString: strerror(errno)))")
    }
    self.controller = controller
    _ = fcntl(controller, F_SETFD, FD_CLOEXEC)
    defer { close(program) }

    // A session leader that opens a terminal gets it as its controlling terminal, so that Ctrl-C works.
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    if let redirection {
      posix_spawn_file_actions_addopen(&actions, 1, redirection, O_WRONLY | O_CREAT, 0o600)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigfillset(&defaults)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // The threads of a test run hold signals back, which a program would inherit.
    var held = sigset_t()
    sigemptyset(&held)
    posix_spawnattr_setsigmask(&attributes, &held)
    let setsid: Int16 = 0x80
    posix_spawnattr_setflags(
      &attributes, setsid | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))

    let path = Memsh.executable.path
    let variables = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var started: pid_t = 0
    let error = posix_spawn(&started, path, &actions, &attributes, &argv, &envp)
    process = started
    guard error == 0 else { throw TerminalError(description: "\(path): \(String(cString: strerror(error)))") }
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(controller)
  }

  /// Types.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(controller, bytes, bytes.count)
  }

  /// Types a line and Return.
  func enter(_ line: String) { type(line + "\r") }

  /// Changes the width of the terminal, which its program is told by SIGWINCH.
  func resize(columns: UInt16) {
    var size = Self.size(columns: columns, rows: rows)
    _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
  }

  /// Sends a signal to the program.
  func send(_ signal: Int32) { kill(process, signal) }

  /// Waits until a text appears; what stands before it and the text itself are then done with.
  ///
  /// - Returns: what stood before it.
  @discardableResult
  func wait(for text: String) throws -> String {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    while true {
      if let found = screen.range(of: text) {
        let before = String(screen[..<found.lowerBound])
        screen = String(screen[found.upperBound...])
        return before
      }
      guard Date() < deadline, readMore() else {
        throw TerminalError(description: "waited in vain for '\(text)'; there is: '\(screen)'")
      }
    }
  }

  /// Waits for the end of the program.
  ///
  /// - Returns: its exit status as a shell reports it.
  func end() throws -> Int32 {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    while status == nil {
      var result: Int32 = 0
      if waitpid(process, &result, WNOHANG) == process {
        status = result & 0x7F == 0 ? (result >> 8) & 0xFF : 128 + (result & 0x7F)
      } else if Date() > deadline {
        throw TerminalError(description: "the program did not end; there is: '\(screen)'")
      } else {
        _ = readMore(milliseconds: 20)
      }
    }
    while readMore(milliseconds: 20) {}
    return status ?? -1
  }

  /// Reads what has appeared; false when nothing did and nothing will.
  private func readMore(milliseconds: Int32 = 1000) -> Bool {
    var request = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, milliseconds) > 0 else { return milliseconds >= 1000 }
    var piece = [UInt8](repeating: 0, count: 4096)
    let count = read(controller, &piece, piece.count)
    guard count > 0 else { return false }
    raw += piece[..<count]
    screen += takePlainText()
    return true
  }

  /// The text in `raw` without control sequences; an unfinished sequence stays behind.
  private func takePlainText() -> String {
    var plain: [UInt8] = []
    var index = 0
    while index < raw.count {
      guard raw[index] == 0x1B else {
        if raw[index] != 0x0D && raw[index] != 0x07 { plain.append(raw[index]) }
        index += 1
        continue
      }
      // ESC [ parameters, then one final byte from @ to ~; any other sequence here has two bytes.
      var end = index + 1
      if end < raw.count, raw[end] == UInt8(ascii: "[") {
        end += 1
        while end < raw.count, !(0x40...0x7E).contains(raw[end]) { end += 1 }
      }
      guard end < raw.count else { break }
      index = end + 1
    }
    raw.removeFirst(index)
    return String(decoding: plain, as: UTF8.self)
  }

  private static func size(columns: UInt16, rows: UInt16) -> winsize {
    winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
  }
}
