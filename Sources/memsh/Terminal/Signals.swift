// Signals: noted by a handler, acted upon where it is safe.

import Glibc
import MemScript
import Synchronization

/// The signals that arrived since somebody last asked.
///
/// The handlers do only what signal-safety(7) allows: they set a bit, and ask the running script to stop.
enum Signals {
  private static let arrived = Atomic<UInt64>(0)
  /// Changed only while SIGINT is ignored, because its handler reads them.
  nonisolated(unsafe) private static var interruption: InterruptFlag?
  nonisolated(unsafe) private static var endsAtSecond = false

  /// Makes Ctrl-C stop the script of a session instead of memsh.
  ///
  /// A program started with SIGINT ignored, as by nohup or in the background of a script, keeps it so.
  ///
  /// - Parameters:
  ///   - flag: the session's flag.
  ///   - endsAtSecond: whether a second Ctrl-C, while the first waits to be noticed, ends memsh.
  static func interruptSession(by flag: InterruptFlag, endsAtSecond: Bool) {
    var before = sigaction()
    sigaction(SIGINT, nil, &before)
    // What was asked of an earlier run has been done.
    flag.clear()
    if before.isIgnored { return }
    signal(SIGINT, SIG_IGN)
    _ = take(SIGINT)
    interruption = flag
    Self.endsAtSecond = endsAtSecond
    handle(SIGINT) { _ in
      if Signals.note(SIGINT), Signals.endsAtSecond { Signals.die(of: SIGINT) }
      Signals.interruption?.request()
    }
  }

  /// Notes a signal when it arrives; system calls that wait are broken off by it.
  static func catchSignal(_ number: Int32) {
    handle(number) { number in _ = Signals.note(number) }
  }

  /// Whether a signal has arrived, which is forgotten by asking.
  static func take(_ number: Int32) -> Bool {
    let bit = UInt64(1) << UInt64(number)
    return arrived.bitwiseAnd(~bit, ordering: .relaxed).oldValue & bit != 0
  }

  /// Ends memsh by a signal, so that the program that started it sees why.
  static func die(of number: Int32) -> Never {
    var itself = sigset_t()
    sigemptyset(&itself)
    sigaddset(&itself, number)
    signal(number, SIG_DFL)
    raise(number)
    sigprocmask(SIG_UNBLOCK, &itself, nil)
    _exit(ExitStatus.signal(number))
  }

  /// Notes a signal; returns whether it had been noted already.
  private static func note(_ number: Int32) -> Bool {
    let bit = UInt64(1) << UInt64(number)
    return arrived.bitwiseOr(bit, ordering: .relaxed).oldValue & bit != 0
  }

  private static func handle(_ number: Int32, with handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigaction(number, &action, nil)
  }
}

extension sigaction {
  /// Whether the signal is ignored.
  fileprivate var isIgnored: Bool {
    unsafeBitCast(__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
