// What reclaim has cost lately.

/// What reclaiming each kind of pages has cost lately (`anon_cost` and `file_cost` of the kernel's `lruvec`).
struct ReclaimCosts: Sendable, Equatable, Codable {
  var anonymous = 0
  var file = 0
}
