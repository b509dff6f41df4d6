// Running a script from beginning to end.

import Glibc
import MemScript

/// Runs scripts and tells their exit status.
struct ScriptRunner {
  let session: Session
  let console: Console
  let limits: ScriptLimits

  /// Runs a script; the session prints its diagnostics.
  ///
  /// - Parameters:
  ///   - source: the script.
  ///   - isStep: whether `.undo` takes it back as a whole.
  ///   - diesOfInterrupt: whether Ctrl-C ends memsh rather than the script alone.
  /// - Returns: the exit status of what ended it: 1 after a diagnostic, or what ended the process main; nil when it ran
  ///   to its end.
  func run(_ source: SourceText, isStep: Bool = false, diesOfInterrupt: Bool = true) -> Int32? {
    Signals.interruptSession(by: session.interruption, endsAtSecond: diesOfInterrupt)
    let outcome = session.run(source, isStep: isStep)
    if outcome == .interrupted, diesOfInterrupt {
      console.flush()
      Signals.die(of: SIGINT)
    }
    return outcome == .finished ? nil : outcome.exitStatus
  }

  /// Prints the mistakes in scripts without running them.
  ///
  /// - Returns: 0, 1 when there are mistakes, 2 when a file cannot be read; warnings are no mistakes.
  func check(_ paths: [String]) -> Int32 {
    var status = ExitStatus.success
    for path in paths {
      do throws(HostFileError) {
        let diagnostics = session.check(try ScriptFile.read(path, limit: limits.sourceBytes))
        console.print(diagnostics)
        if diagnostics.contains(where: { $0.severity == .error }) { status = max(status, ExitStatus.failure) }
      } catch {
        console.printError("memsh: \(error.message)\n")
        status = ExitStatus.usage
      }
    }
    return status
  }
}
