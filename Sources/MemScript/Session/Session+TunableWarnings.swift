// Warnings about settings of malloc that glibc would pass over in silence.

import LinuxMemory

extension Session {
  /// Warns about what glibc would pass over in silence.
  func warnAboutTunables(_ text: String, in variable: String = MallocTunables.variable) {
    let release = machine.configuration.glibcRelease
    for problem in MallocTunableProblem.problems(in: text, of: variable, for: release) {
      warn(problem.warning(of: variable))
    }
  }
}
