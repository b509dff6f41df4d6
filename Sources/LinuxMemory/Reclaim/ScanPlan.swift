// The share of each list that a step of reclaim looks at.

/// What the lists of the group for which pages are reclaimed, and of all below it, say about how to look at each
/// (`prepare_scan_count`, mm/vmscan.c).
struct ScanConditions: Sendable, Equatable, Codable {
  /// Whether active anonymous pages may become inactive.
  var deactivatesAnonymous = false
  /// Whether active file pages may become inactive.
  var deactivatesFile = false
  /// Whether there are enough inactive file pages to leave all others alone.
  var trimsCache = false
  /// Whether file pages are so few that only anonymous ones can help.
  var isFileTiny = false
  /// What reclaiming each kind has cost.
  var costs = ReclaimCosts()

  /// Whether so many inactive pages are few beside the active ones (`inactive_is_low`, mm/vmscan.c): fewer, on larger
  /// machines a fraction of them.
  static func isShort(inactive: Int, beside active: Int) -> Bool {
    let gigabytes = (inactive + active) >> 18
    var ratio = 1
    while gigabytes > 0, (ratio + 1) * (ratio + 1) <= 10 * gigabytes { ratio += 1 }
    return inactive * ratio < active
  }
}

/// How many pages of each list a step of reclaim looks at.
struct ScanPlan: Sendable, Equatable, Codable {
  var inactiveAnonymous = 0, activeAnonymous = 0, inactiveFile = 0, activeFile = 0
  /// Whether active anonymous pages may become inactive.
  var deactivatesAnonymous = false
  /// Whether active file pages may become inactive.
  var deactivatesFile = false

  /// Whether nothing is left to look at but active anonymous pages, which alone never free anything.
  var isDone: Bool { inactiveAnonymous == 0 && inactiveFile == 0 && activeFile == 0 }
  /// Whether only anonymous pages are left.
  var hasNoFile: Bool { inactiveFile == 0 && activeFile == 0 }
  /// Whether only file pages are left.
  var hasNoAnonymous: Bool { inactiveAnonymous == 0 && activeAnonymous == 0 }

  /// Ends the scan of the kind of which less is left and cuts the other's share to the same proportion, when enough
  /// is free before both were looked at (`shrink_lruvec`).
  ///
  /// - Parameter whole: the shares at the start of the step.
  /// - Returns: whether anything is left to look at.
  mutating func narrow(from whole: ScanPlan) -> Bool {
    if hasNoFile || hasNoAnonymous { return false }
    let anonymous = inactiveAnonymous + activeAnonymous
    let file = inactiveFile + activeFile
    func rest(_ target: Int, _ left: Int, _ percentage: Int) -> Int {
      max(0, target * (100 - percentage) / 100 - (target - left))
    }
    if file > anonymous {
      let percentage = anonymous * 100 / (whole.inactiveAnonymous + whole.activeAnonymous + 1)
      (inactiveAnonymous, activeAnonymous) = (0, 0)
      inactiveFile = rest(whole.inactiveFile, inactiveFile, percentage)
      activeFile = rest(whole.activeFile, activeFile, percentage)
    } else {
      let percentage = file * 100 / (whole.inactiveFile + whole.activeFile + 1)
      (inactiveFile, activeFile) = (0, 0)
      inactiveAnonymous = rest(whole.inactiveAnonymous, inactiveAnonymous, percentage)
      activeAnonymous = rest(whole.activeAnonymous, activeAnonymous, percentage)
    }
    return true
  }
}
