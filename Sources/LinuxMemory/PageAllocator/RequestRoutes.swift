// Which zones a request is for, by the kind of zone that its flags name.

/// Where requests go, packed into two words: every request asks, and must not wait for another array.
struct RequestRoutes: Sendable, Equatable, Codable {
  /// The classes of requests, eight bits for each kind of zone.
  private var classes: UInt64 = 0
  /// The highest zones with pages that may serve them, likewise.
  private var firstChoices: UInt64 = 0
  /// The highest zone that has pages.
  let highest: Int

  /// Finds the routes.
  ///
  /// - Parameters:
  ///   - zones: from the lowest addresses up. A kind that is not among them maps to the next lower zone.
  ///   - hasDMA32: whether requests for DMA32 are special; otherwise they are ordinary ones (OPT_ZONE_DMA32).
  init(_ zones: [MemoryZone], hasDMA32: Bool) {
    highest = zones.lastIndex { $0.isPopulated } ?? 0
    for kind in ZoneKind.allCases {
      let wanted = kind == .dma32 && !hasDMA32 ? .normal : kind
      let top = zones.lastIndex { $0.kind <= wanted && $0.kind <= .highMem } ?? 0
      let choice = zones[...top].lastIndex { $0.isPopulated } ?? top
      classes |= UInt64(top) << (UInt64(kind.rawValue) * 8)
      firstChoices |= UInt64(choice) << (UInt64(kind.rawValue) * 8)
    }
  }

  /// The index of the highest zone that a request for a kind of zone may be served from.
  @inline(__always)
  func requestClass(_ kind: ZoneKind) -> Int {
    Int(truncatingIfNeeded: classes &>> (UInt64(kind.rawValue) &* 8) & 0xff)
  }

  /// The index of the highest such zone that has pages.
  @inline(__always)
  func firstChoice(_ kind: ZoneKind) -> Int {
    Int(truncatingIfNeeded: firstChoices &>> (UInt64(kind.rawValue) &* 8) & 0xff)
  }
}
