// What glibc passes over in silence when it reads its tunables, and somebody who set them wants to know.

/// A part of an environment variable for malloc without the effect that it seems to ask for.
package enum MallocTunableProblem: Equatable, Sendable {
  /// Not of the form `name=value`.
  case notAnAssignment(String)
  /// No tunable of this version has the name.
  case unknownName(String, version: String)
  /// The value is out of the tunable's range.
  case outOfRange(name: String, value: String)
  /// Not a number; glibc takes what it starts with, or 0. Nil: since 2.39 it ignores the tunable.
  case notANumber(name: String, value: String, readAs: UInt64?)
  /// A part of the variable is no assignment: since 2.39 glibc ignores all of it.
  case malformed(String)
  /// A tunable of another part of glibc than malloc.
  case notOfMalloc(String)
  /// Takes effect only with `libc_malloc_debug.so` preloaded.
  case needsDebugLibrary(String)
  /// Exists, but is not modelled.
  case notModelled(name: String, value: String)

  /// Reads a variable as glibc does.
  ///
  /// - Parameters:
  ///   - value: Its value: assignments separated by colons for ``MallocTunables/variable``, else a number.
  ///   - variable: Its name.
  ///   - release: The version of the library.
  /// - Returns: What takes another effect than it seems or none, in order of appearance.
  package static func problems(
    in value: String, of variable: String = MallocTunables.variable,
    for release: GlibcRelease = .glibc236
  ) -> [MallocTunableProblem] {
    if let name = MallocTunables.olderVariables[variable] {
      return problem(of: "glibc.malloc.\(name)", value[...], release).map { [$0] } ?? []
    }
    if release.rules.parsesTunablesStrictly,
      let part = value.split(separator: ":", omittingEmptySubsequences: false).first(where: {
        $0.utf8.count { $0 == UInt8(ascii: "=") } != 1
      }), !value.isEmpty
    {
      return [.malformed(String(part))]
    }
    return value.split(separator: ":").compactMap { assignment in
      let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2
        ? problem(of: String(parts[0]), parts[1], release) : .notAnAssignment(String(assignment))
    }
  }

  private static func problem(
    of name: String, _ value: Substring, _ release: GlibcRelease
  ) -> MallocTunableProblem? {
    let path = name.split(separator: ".", omittingEmptySubsequences: false)
    guard path.count == 3, path[0] == "glibc" else { return .unknownName(name, version: release.version) }
    if release.otherTunableParts.contains(String(path[1])) { return .notOfMalloc(name) }
    let (number, isPlain) = MallocTunables.number(value)
    switch name {
    case "glibc.malloc.check": return .needsDebugLibrary(name)
    case "glibc.malloc.hugetlb": return number == 0 ? nil : .notModelled(name: name, value: String(value))
    default: break
    }
    guard path[1] == "malloc", MallocTunables.names.contains(String(path[2])) else {
      return .unknownName(name, version: release.version)
    }
    let read = MallocTunables.value(of: String(path[2]), value, release.rules)
    if !isPlain || value.isEmpty, String(number) != value {
      if release.rules.parsesTunablesStrictly, !value.isEmpty {
        return .notANumber(name: name, value: String(value), readAs: nil)
      }
      if let read { return .notANumber(name: name, value: String(value), readAs: read) }
    }
    return read == nil ? .outOfRange(name: name, value: String(value)) : nil
  }
}
