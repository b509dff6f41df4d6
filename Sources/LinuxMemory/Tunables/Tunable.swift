// One file of /proc/sys/vm: its storage, its value as booted, and what a write does.

/// A setting of a release. Two are equal when they have the same name.
public struct Tunable: Sendable, Equatable {
  /// Another setting that a write sets to 0, because the two exclude each other.
  enum Rival: Sendable {
    case integer(WritableKeyPath<SystemTunables, Int> & Sendable)
    case unsigned(WritableKeyPath<SystemTunables, UInt64> & Sendable)
  }

  /// What a write does beyond storing the number.
  enum Effect: Sendable {
    case none
    /// Computes the watermarks anew, for a size that somebody wished for.
    case minFreeKilobytes
    /// Computes the watermarks anew.
    case watermarks
    /// Computes the reserves of low memory anew.
    case lowmemReserve
    /// Sets how far a mixed page block raises the marks.
    case boostFactor
    /// Brings the account of promises up to date.
    case overcommitMode
    /// Compacts memory.
    case compaction
    /// Drops caches.
    case droppedCaches
  }

  /// Its name in `/proc/sys/vm`.
  public let name: String
  let kind: TunableKind
  /// Its value as booted; nil for what depends on the size of memory, and for triggers.
  let booted: Int?
  let clears: Rival?
  let effect: Effect
  /// Whether only a kernel that is built for several memory nodes has it.
  let needsNodes: Bool
  /// Whether there is a file for it; a kernel that has none may behave by the value all the same.
  let isFile: Bool

  /// Whether it keeps no value and can only be written.
  public var isTrigger: Bool {
    switch kind {
    case .trigger, .button: true
    default: false
    }
  }

  init(
    _ name: String, _ kind: TunableKind, booted: Int? = nil, clears: Rival? = nil, effect: Effect = .none,
    needsNodes: Bool = false, isFile: Bool = true
  ) {
    self.name = name
    self.kind = kind
    self.booted = booted
    self.clears = clears
    self.effect = effect
    self.needsNodes = needsNodes
    self.isFile = isFile
  }

  /// The behaviour of a kernel that has no file for it.
  ///
  /// - Parameter value: by which value it behaves.
  func hidden(value: Int?) -> Tunable { Tunable(name, kind, booted: value, effect: effect, isFile: false) }

  /// Compares the names.
  public static func == (left: Tunable, right: Tunable) -> Bool { left.name == right.name }
}
