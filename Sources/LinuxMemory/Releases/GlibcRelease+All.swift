// The C libraries that a machine can have, and those whose difference is known.

extension GlibcRelease {
  /// The versions that can be asked for.
  package static let all = [glibc231, glibc236, glibc241, glibc243]

  /// Versions that cannot, as nothing of theirs was recorded, with what is known of their malloc.
  private static let unrecorded = [
    "2.35": "its malloc differs from that of 2.36 in the words of a failed assertion alone",
    "2.39":
      "its malloc is that of 2.41, but calloc passes the thread cache by and small chunks wait in the unsorted bin",
  ]

  /// Why a version cannot be had, and which one comes near.
  static func refusal(of version: String) -> String {
    let known = all.map(\.version).joined(separator: ", ")
    guard let words = unrecorded[version] else {
      return "glibc=\(version) is not possible: accepted is \(known)"
    }
    return "glibc=\(version) was not recorded and cannot be vouched for: \(words); accepted is \(known)"
  }
}
