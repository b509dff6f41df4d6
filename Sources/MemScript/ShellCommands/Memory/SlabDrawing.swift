// A slab cache as a drawing: which objects of which slab are in use.

import LinuxMemory

/// Draws the slabs of a cache.
struct SlabDrawing {
  /// The cache.
  private let cache: SlabCache
  /// Its slabs since boot, in the order in which objects are taken from them.
  private let slabs: [SlabDescription]
  /// The slabs that are drawn, and the others.
  private let drawn: [SlabDescription], folded: [SlabDescription]

  /// Slabs that are drawn when not all of them are.
  private static let drawnLimit = 4
  /// Objects in a line of the drawing.
  private static let width = 64
  /// Free objects that are named before the rest is counted.
  private static let namedObjects = 16

  /// Chooses what to draw: all slabs when there are few, else the first that are not full.
  init(_ cache: SlabCache, _ slabs: [SlabDescription], showsAll: Bool) {
    self.cache = cache
    self.slabs = slabs
    let isFolding = !showsAll && slabs.count > Self.drawnLimit
    // Full slabs come last.
    let count = isFolding ? min(Self.drawnLimit, slabs.count { $0.place != .full }) : slabs.count
    drawn = Array(slabs[..<count])
    folded = Array(slabs[count...])
  }

  /// The whole drawing.
  var text: String {
    var lines = [heading, slabCounts, "objects: \(cache.usedObjects) in use of \(cache.objectCount)"]
    for slab in drawn { lines += ["", caption(slab)] + rows(slab) + freeList(slab) }
    if !folded.isEmpty { lines += [""] + foldedLines }
    return lines.joined(separator: "\n") + "\n"
  }

  private var heading: String {
    let geometry = cache.geometry
    let padding = geometry.size - cache.objectSize
    return "\(cache.name): objects of \(cache.objectSize) bytes"
      + (padding > 0 ? " and \(padding) of padding" : "")
      + ", \(geometry.objectsPerSlab) in a slab of \(pageCountText(1 << geometry.order))"
  }

  private var slabCounts: String {
    let places: [(SlabDescription.Place, String)] = [
      (.cpu, "with the CPU"), (.cpuPartial, "partial with the CPU"), (.nodePartial, "partial with the node"),
      (.full, "full"),
    ]
    let parts = places.map { place, name in "\(slabs.count { $0.place == place }) \(name)" }
    return "slabs: \(cache.bootSlabs) full ones from boot, " + parts.joined(separator: ", ")
  }

  private func caption(_ slab: SlabDescription) -> String {
    let pages = slab.order == 0 ? "frame" : "frames"
    let first = slab.frame.rawValue
    let last = slab.order == 0 ? "" : "-\((first + (1 << slab.order) - 1))"
    return "\(pages) \(first)\(last) at \(addressText(slab.address)), \(name(slab.place)): "
      + "\(slab.capacity - slab.freeList.count) of \(slab.capacity) in use"
  }

  private func name(_ place: SlabDescription.Place) -> String {
    switch place {
    case .cpu: "the CPU's slab"
    case .cpuPartial: "partial, with the CPU"
    case .nodePartial: "partial, with the node"
    case .full: "full"
    }
  }

  /// A `#` for each object in use and a `.` for each free one, by address.
  private func rows(_ slab: SlabDescription) -> [String] {
    stride(from: 0, to: slab.capacity, by: Self.width).map { first in
      "  " + slab.used[first..<min(first + Self.width, slab.capacity)].map { $0 ? "#" : "." }.joined()
    }
  }

  private func freeList(_ slab: SlabDescription) -> [String] {
    guard !slab.freeList.isEmpty else { return [] }
    let named = slab.freeList.prefix(Self.namedObjects).map { String($0) }.joined(separator: " ")
    let rest = slab.freeList.count - Self.namedObjects
    return ["  free list: \(named)" + (rest > 0 ? " ... and \(rest) more" : "")]
  }

  /// A line for the slabs of each place that are not drawn.
  private var foldedLines: [String] {
    let places: [SlabDescription.Place] = [.cpuPartial, .nodePartial, .full]
    return places.compactMap { place in
      let slabs = folded.filter { $0.place == place }
      guard !slabs.isEmpty else { return nil }
      let used = slabs.reduce(0) { $0 + $1.capacity - $1.freeList.count }
      let capacity = slabs.reduce(0) { $0 + $1.capacity }
      let more = drawn.contains { $0.place == place } ? " more" : ""
      return "\(slabs.count)\(more) \(name(place)): \(used) of \(capacity) objects in use"
    }
  }
}
