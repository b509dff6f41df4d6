// The slabs of a cache as a drawing shows them.

/// A slab as a listener sees it.
public struct SlabDescription: Sendable, Equatable {
  /// Where a slab is kept.
  public enum Place: Sendable, Codable {
    /// The CPU takes objects from it.
    case cpu
    /// The CPU will take objects from it when its current slab is used up.
    case cpuPartial
    /// On the node's list of partial slabs.
    case nodePartial
    /// Nowhere, since all its objects are in use.
    case full
  }

  /// Where it is kept.
  public let place: Place
  /// Its first frame.
  public let frame: FrameNumber
  /// The kernel address of its first object.
  public let address: UInt64
  /// The order of its pages.
  public let order: Int
  /// Objects in all.
  public let capacity: Int
  /// Objects in use, by index.
  public let used: [Bool]
  /// Free objects in the order in which they will be handed out.
  public let freeList: [Int]
}

extension Slab {
  /// The slabs of a cache that were allocated since boot, in the order in which objects will be taken from
  /// them; the full ones follow by address.
  package func slabs(of id: SlabCacheID) -> [SlabDescription] {
    guard let cache = cache(id) else { return [] }
    let full = pool.indices.filter { pool[$0].place == .full && Int(pool[$0].cache) == id.index }
      .sorted { pool[$0].frame < pool[$1].frame }
    var result: [SlabDescription] = []
    if cache.current >= 0 { result.append(describe(Int(cache.current), .cpu, cache)) }
    result += cache.perCPUPartial.reversed().map { describe(Int($0), .cpuPartial, cache) }
    result += partialNumbers(from: cache.nodeHead).map { describe(Int($0), .nodePartial, cache) }
    return result + full.map { describe($0, .full, cache) }
  }

  private func describe(
    _ number: Int, _ place: SlabDescription.Place, _ cache: SlabCache
  ) -> SlabDescription {
    let slab = pool[number]
    return SlabDescription(
      place: place, frame: FrameNumber(slab.frame), address: address(of: slab.frame),
      order: Int(slab.order), capacity: slab.capacity, used: (0..<slab.capacity).map { slab.isInUse($0) },
      freeList: slab.freeObjects(cache.sequence))
  }
}
