// What one CPU holds of charges in advance.

/// Pages that are charged to a group and not used yet, and the rest of a page for small objects
/// (`struct memcg_stock_pcp`).
///
/// One process acts at a time, so one stock stands for that of the CPU on which it runs.
struct ChargeStock: Sendable, Equatable, Codable {
  /// How many pages are charged at a time (`MEMCG_CHARGE_BATCH`).
  static let batch = 64

  /// Whose pages; nil for nobody's.
  var group: MemoryGroup?
  /// How many.
  var pages = 0
  /// Whose bytes; nil for nobody's.
  var objectGroup: MemoryGroup?
  /// How many bytes are charged and not used by objects.
  var bytes = 0
  /// Changes of the group's reclaimable and other slab bytes that its counters have not been told of.
  var reclaimableBytes = 0
  var unreclaimableBytes = 0
}
