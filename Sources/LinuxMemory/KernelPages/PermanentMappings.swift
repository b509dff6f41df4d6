// kmap: high memory made reachable for the kernel, a page at a time.

/// The window of permanent kernel mappings of a 32-bit machine (mm/highmem.c of Linux 6.1).
///
/// A page that is unmapped keeps its place until the search for a free one has come round; then all such places
/// become free at once, for one flush of the processor's translations.
struct PermanentMappings: Sendable, Equatable, Codable {
  /// The first address (`PKMAP_BASE`).
  static let start: UInt64 = 0xfec0_0000
  /// How many pages fit (`LAST_PKMAP`).
  static let count = 1024

  /// A place in use, or left and not yet free.
  private struct Place: Sendable, Equatable, Codable {
    let frame: Int
    var users: Int
  }

  private var places: [Int: Place] = [:]
  private var placeOfFrame: [Int: Int] = [:]
  private var last = 0

  /// Maps a page, once more if it is mapped already (`kmap_high`).
  ///
  /// - Returns: its address; nil when every place is in use, where the kernel waits for one.
  mutating func map(_ frame: FrameNumber) -> UInt64? {
    if let place = placeOfFrame[frame.rawValue] {
      places[place]?.users += 1
      return Self.address(place)
    }
    guard let place = findPlace() else { return nil }
    places[place] = Place(frame: frame.rawValue, users: 1)
    placeOfFrame[frame.rawValue] = place
    return Self.address(place)
  }

  /// Ends one use of a mapping (`kunmap_high`).
  ///
  /// - Returns: false when the page is not mapped.
  mutating func unmap(_ frame: FrameNumber) -> Bool {
    guard let place = placeOfFrame[frame.rawValue], let users = places[place]?.users, users > 0 else {
      return false
    }
    places[place]?.users = users - 1
    return true
  }

  /// The next free place behind the last one that was given out (`map_new_virtual`).
  private mutating func findPlace() -> Int? {
    var left = Self.count
    while left > 0 {
      last = (last + 1) % Self.count
      if last == 0 {
        flush()
        left = Self.count
        // Nothing was left behind: every place is in use.
        if places.count == Self.count { return nil }
      }
      if places[last] == nil { return last }
      left -= 1
    }
    return nil
  }

  /// Frees all places that nobody uses (`flush_all_zero_pkmaps`).
  private mutating func flush() {
    for (place, content) in places where content.users == 0 {
      places[place] = nil
      placeOfFrame[content.frame] = nil
    }
  }

  private static func address(_ place: Int) -> UInt64 { start + UInt64(place) << 12 }
}
