// Why a request found no memory: what it wanted, and how the zones stood.

/// What a request for memory wanted that nobody could give, and what there was.
package struct MemoryShortage: Sendable, Equatable, Codable {
  /// One zone at that moment.
  package struct Zone: Sendable, Equatable, Codable {
    /// Its name.
    package let name: String
    /// Whether the request could be served from it.
    package let isUsable: Bool
    /// Its free pages.
    package let freePages: Int
    /// How many pages have to stay free there: its min mark and what is reserved from such requests.
    package let floorPages: Int
    /// The largest order of which a free block is left; nil for none.
    package let largestOrder: Int?
  }

  /// For what pages were held.
  package struct Holder: Sendable, Equatable, Codable {
    /// What for.
    package let kind: FrameOwner.Kind
    /// How many pages.
    package let pages: Int
  }

  /// The block that was wanted: 2 to the power of this many pages.
  package let order: Int
  /// The populated zones, the lowest first.
  package let zones: [Zone]

  /// What held the memory, in the order of the kinds; kinds without pages are left out.
  package let holders: [Holder]
  /// The slab pages that no shrinker frees (SUnreclaim).
  package let unreclaimableSlabPages: Int

  /// The zones that could have served the request.
  package var usable: [Zone] { zones.filter(\.isUsable) }
  /// The zones that the request could not use.
  package var others: [Zone] { zones.filter { !$0.isUsable } }
  /// Whether the usable zones have enough pages free above their floors, but no block of the size.
  package var isFragmentation: Bool {
    order > 0 && usable.contains { $0.freePages > $0.floorPages + 1 << order }
  }
}
