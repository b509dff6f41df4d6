// Reading one line from the terminal with GNU Readline.

@preconcurrency import CReadline
import Glibc

/// GNU Readline as a reader of lines.
///
/// Readline keeps one state per process, so this is a namespace and not a value. It is driven through its
/// callback interface: memsh itself waits for the terminal, and signals can arrive only in that wait, when
/// Readline is at rest and its state may be changed.
enum LineEditor {
  /// What the user did.
  enum Event {
    /// Entered a line, here without its newline; a pasted one may contain others.
    case line([UInt8])
    /// Cancelled the line with Ctrl-C.
    case interrupted
    /// Pressed Ctrl-D on an empty line, or closed the terminal.
    case endOfInput
  }

  /// What Readline's callback delivered.
  nonisolated(unsafe) private static var event: Event?

  /// The signals that matter while a line is being edited.
  private static let signals = [SIGINT, SIGWINCH, SIGTSTP, SIGTERM, SIGHUP]

  /// Sets Readline up; to be called once, before the first line.
  ///
  /// - Parameter completions: what may stand at the cursor, as `LineCompletion.provider` says.
  static func prepare(completions: @escaping LineCompletion.Provider) {
    // The name for `$if memsh` in an inputrc; Readline keeps the pointer.
    rl_readline_name = UnsafePointer(strdup("memsh"))
    rl_catch_signals = 0
    // More than a screen is asked for first.
    rl_completion_query_items = 60
    rl_catch_sigwinch = 0
    // Where standard output is a file or a pipe, the conversation stays on the terminal.
    rl_outstream = isatty(STDOUT_FILENO) == 1 ? stdout : stderr
    LineCompletion.install(completions)
    rl_initialize()
  }

  /// Asks for a line.
  ///
  /// - Parameter prompt: what stands before it.
  static func readLine(prompt: String) -> Event {
    event = nil
    let previous = blockSignals()
    defer { restoreSignals(previous) }
    rl_callback_handler_install(prompt) { line in LineEditor.finish(line) }
    while event == nil {
      // Bit 0 stands for standard input.
      var readable = fd_set()
      readable.__fds_bits.0 = 1
      var mask = previous.mask
      if pselect(1, &readable, nil, nil, nil, &mask) > 0 {
        rl_callback_read_char()
      } else {
        handleSignals()
      }
    }
    return event ?? .endOfInput
  }

  /// Takes what Readline read; nil is the end of the input.
  private static func finish(_ line: UnsafeMutablePointer<CChar>?) {
    rl_callback_handler_remove()
    guard let line else {
      event = .endOfInput
      // Otherwise the next lines would be ended as this one is.
      memsh_forget_end_of_input()
      fputs("\n", rl_outstream)
      fflush(rl_outstream)
      return
    }
    event = .line(Array(UnsafeRawBufferPointer(start: line, count: strlen(line))))
    free(line)
  }

  /// Acts upon the signals that broke off the wait.
  private static func handleSignals() {
    if Signals.take(SIGWINCH) { rl_resize_terminal() }
    if Signals.take(SIGTSTP) {
      rl_deprep_terminal()
      raise(SIGSTOP)
      rl_prep_terminal(1)
      rl_forced_update_display()
    }
    for number in [SIGTERM, SIGHUP] where Signals.take(number) {
      rl_callback_handler_remove()
      Signals.die(of: number)
    }
    if Signals.take(SIGINT) {
      rl_free_line_state()
      rl_callback_sigcleanup()
      fputs("^C\n", rl_outstream)
      rl_callback_handler_remove()
      fflush(rl_outstream)
      event = .interrupted
    }
  }

  /// How signals were treated before a line was asked for.
  private struct SignalState {
    var mask = sigset_t()
    var actions: [sigaction] = []
  }

  /// Catches the signals and holds them back, except in the wait for the terminal.
  private static func blockSignals() -> SignalState {
    var state = SignalState()
    var held = sigset_t()
    sigemptyset(&held)
    for number in signals {
      sigaddset(&held, number)
      var action = sigaction()
      sigaction(number, nil, &action)
      state.actions.append(action)
    }
    sigprocmask(SIG_BLOCK, &held, &state.mask)
    for number in signals {
      Signals.catchSignal(number)
      // Whoever started memsh may have held them back; a shell needs them.
      sigdelset(&state.mask, number)
    }
    return state
  }

  private static func restoreSignals(_ state: SignalState) {
    for (number, var action) in zip(signals, state.actions) { sigaction(number, &action, nil) }
    var mask = state.mask
    sigprocmask(SIG_SETMASK, &mask, nil)
  }
}
