// Tunables without effect, in words.

import LinuxMemory

extension MallocTunableProblem {
  /// The warning, without its prefix.
  var warning: String {
    switch self {
    case .notAnAssignment(let text): "GLIBC_TUNABLES: '\(text)' is not name=value: glibc ignores it"
    case .unknownName(let name):
      "GLIBC_TUNABLES: glibc 2.36 has no tunable '\(name)' and ignores it; malloc's are "
        + MallocTunables.names.map { "glibc.malloc.\($0)" }.joined(separator: ", ")
    case .outOfRange(let name, let value):
      "GLIBC_TUNABLES: \(value) is out of range for \(name): glibc ignores it"
    case .notOfMalloc(let name): "GLIBC_TUNABLES: \(name) does not concern malloc: it is not modelled"
    case .needsDebugLibrary(let name):
      "GLIBC_TUNABLES: \(name) takes effect only with libc_malloc_debug.so, which is not modelled"
    case .notModelled(let name, let value):
      "GLIBC_TUNABLES: \(name)=\(value) is not modelled: it has no effect"
    }
  }
}

extension Session {
  /// Warns about what glibc would pass over in silence.
  func warnAboutTunables(_ text: String) {
    for problem in MallocTunableProblem.problems(in: text) { warn(problem.warning) }
  }
}
