// Why a group had no room: its limit, and what filled it.

/// How a group stood that had no room.
package struct GroupShortage: Sendable, Equatable, Codable {
  /// One line of its `memory.stat`.
  package struct Holder: Sendable, Equatable, Codable {
    /// The key of `memory.stat`.
    package let name: String
    /// Pages.
    package let pages: Int
  }

  /// Its path.
  package let path: String
  /// Its `memory.max` in pages.
  package let limit: Int
  /// What it was charged, in pages.
  package let usage: Int
  /// How often a charge has failed there.
  package let failures: Int
  /// What it holds.
  package let holders: [Holder]
  /// The name of who needed memory, or lowered the limit; it may be in another group.
  package let askerName: String
  /// The path of the victim's group.
  package let victimPath: String
  /// The path of the group that is killed as a whole; nil where one process dies.
  package let killedTogether: String?
  /// Who dies with the victim for it.
  package let companions: [ProcessID]
}
