// What glibc passes over in silence when it reads its tunables, and somebody who set them wants to know.

/// A part of `GLIBC_TUNABLES` without the effect that it seems to ask for.
public enum MallocTunableProblem: Equatable, Sendable {
  /// Not of the form `name=value`.
  case notAnAssignment(String)
  /// No tunable of glibc 2.36 has this name.
  case unknownName(String)
  /// The value is out of the tunable's range.
  case outOfRange(name: String, value: String)
  /// A tunable of another part of glibc than malloc.
  case notOfMalloc(String)
  /// Takes effect only with `libc_malloc_debug.so` preloaded.
  case needsDebugLibrary(String)
  /// Exists, but is not modelled.
  case notModelled(name: String, value: String)

  /// The other parts of glibc that have tunables (dl-tunables.list of glibc 2.36).
  private static let otherParts = ["cpu", "elision", "mem", "pthread", "rtld"]

  /// Reads the variable's value as glibc does.
  ///
  /// - Parameter text: Assignments separated by colons.
  /// - Returns: What takes no effect, in order of appearance.
  public static func problems(in text: String) -> [MallocTunableProblem] {
    text.split(separator: ":").compactMap { problem(in: String($0)) }
  }

  private static func problem(in assignment: String) -> MallocTunableProblem? {
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return .notAnAssignment(assignment) }
    let name = String(parts[0])
    let value = String(parts[1])
    let path = name.split(separator: ".", omittingEmptySubsequences: false)
    guard path.count == 3, path[0] == "glibc" else { return .unknownName(name) }
    if otherParts.contains(String(path[1])) { return .notOfMalloc(name) }
    switch name {
    case "glibc.malloc.check": return .needsDebugLibrary(name)
    case "glibc.malloc.hugetlb": return value == "0" ? nil : .notModelled(name: name, value: value)
    default: break
    }
    guard path[1] == "malloc", MallocTunables.names.contains(String(path[2])) else {
      return .unknownName(name)
    }
    return MallocTunables(assignment).isEmpty ? .outOfRange(name: name, value: value) : nil
  }
}
