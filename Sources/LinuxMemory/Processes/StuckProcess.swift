// A process that tries the same for ever.

/// A process whose page fault can never be served: its group has no room, and nobody in it may be killed.
package struct StuckProcess: Sendable, Equatable, Codable {
  /// Who.
  package let process: ProcessID
  /// The path of its group.
  package let group: String
}
