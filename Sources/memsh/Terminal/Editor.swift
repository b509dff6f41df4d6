// Running the user's editor.

import Glibc

/// A program that has the terminal for a while.
enum Editor {
  /// Runs an editor on a file and waits for its end.
  ///
  /// - Parameters:
  ///   - command: what `$EDITOR` says: a program, which may have arguments.
  ///   - file: what to edit.
  /// - Returns: whether it ended with status 0.
  static func run(_ command: String, on file: String) -> Bool {
    // The shell splits the command; the file goes as it is.
    let words = ["sh", "-c", "exec \(command) \"$1\"", "sh", file]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // Ctrl-C is the editor's meanwhile.
    var ignored = sigaction()
    var before = sigaction()
    ignored.__sigaction_handler.sa_handler = SIG_IGN
    sigaction(SIGINT, &ignored, &before)
    defer { sigaction(SIGINT, &before, nil) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var child: pid_t = 0
    guard posix_spawn(&child, "/bin/sh", nil, &attributes, &arguments, environ) == 0 else { return false }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { if errno != EINTR { return false } }
    return status == 0
  }
}
