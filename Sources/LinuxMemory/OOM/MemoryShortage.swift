// Why a request found no memory: what it wanted, and how the zones stood.

/// What a request for memory wanted that nobody could give, and what there was.
public struct MemoryShortage: Sendable, Equatable {
  /// One zone at that moment.
  public struct Zone: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Whether the request could be served from it.
    public let isUsable: Bool
    /// Its free pages.
    public let freePages: Int
    /// How many pages have to stay free there: its min mark and what is reserved from such requests.
    public let floorPages: Int
    /// The largest order of which a free block is left; nil for none.
    public let largestOrder: Int?
  }

  /// For what pages were held.
  public struct Holder: Sendable, Equatable {
    /// What for.
    public let kind: FrameOwner.Kind
    /// How many pages.
    public let pages: Int
  }

  /// The block that was wanted: 2 to the power of this many pages.
  public let order: Int
  /// The populated zones, the lowest first.
  public let zones: [Zone]

  /// What held the memory, in the order of the kinds; kinds without pages are left out.
  public let holders: [Holder]
  /// The slab pages that no shrinker frees (SUnreclaim).
  public let unreclaimableSlabPages: Int

  /// The zones that could have served the request.
  public var usable: [Zone] { zones.filter(\.isUsable) }
  /// The zones that the request could not use.
  public var others: [Zone] { zones.filter { !$0.isUsable } }
  /// Whether the usable zones have enough pages free above their floors, but no block of the size.
  public var isFragmentation: Bool {
    order > 0 && usable.contains { $0.freePages > $0.floorPages + 1 << order }
  }
}
