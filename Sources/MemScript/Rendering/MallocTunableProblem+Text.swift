// Tunables without effect, in words.

import LinuxMemory

extension MallocTunableProblem {
  /// The warning, without its prefix.
  ///
  /// - Parameter variable: The environment variable in which it stands.
  func warning(of variable: String) -> String {
    "\(variable): " + words
  }

  private var words: String {
    switch self {
    case .notAnAssignment(let text): "'\(text)' is not name=value: glibc ignores it"
    case .unknownName(let name, let version):
      "glibc \(version) has no tunable '\(name)' and ignores it; malloc's are "
        + MallocTunables.names.map { "glibc.malloc.\($0)" }.joined(separator: ", ")
    case .outOfRange(let name, let value):
      "\(value) is out of range for \(name): glibc ignores it"
    case .notANumber(let name, let value, let number):
      "'\(value)' is no number for \(name): "
        + (number.map { "glibc takes it for \($0)" } ?? "glibc since 2.39 ignores it")
    case .malformed(let part):
      "'\(part)' is not name=value: glibc since 2.39 ignores the whole variable"
    case .notOfMalloc(let name): "\(name) does not concern malloc: it is not modelled"
    case .needsDebugLibrary(let name):
      "\(name) takes effect only with libc_malloc_debug.so, which is not modelled"
    case .notModelled(let name, let value):
      "\(name)=\(value) is not modelled: it has no effect"
    }
  }
}
