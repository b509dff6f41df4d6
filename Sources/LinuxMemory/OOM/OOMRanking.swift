// Who would die if memory ended now, and what would change that.

/// A process as the OOM killer compares it; all counts in pages.
public struct OOMCandidate: Sendable, Equatable, Codable {
  /// The process.
  public let process: ProcessID
  /// Its name.
  public let name: String
  /// The user it runs as.
  public let userID: UInt32
  /// Its whole virtual size.
  public let totalVirtualPages: Int
  /// What counts for its badness.
  package let figures: BadnessFigures
  /// Its points; `nil` when the OOM killer may not take it.
  public let badness: Int?
  /// What its `oom_score` reads.
  public let score: Int
  /// Its resident pages by kind.
  public var resident = ResidentPages()
}

/// All processes as the OOM killer compares them.
public struct OOMRanking: Sendable, Equatable, Codable {
  /// The processes, the likeliest victim first; those that cannot be taken come last.
  public let candidates: [OOMCandidate]
  /// RAM and swap together in pages: what badness is measured against.
  public let totalPages: Int
  /// The rules that ranked them.
  package let rules: OOMRules

  /// Ranks processes.
  ///
  /// - Parameters:
  ///   - candidates: in the order of their age, the oldest first.
  ///   - totalPages: RAM and swap together.
  ///   - rules: the kernel's.
  init(of candidates: [OOMCandidate], totalPages: Int, rules: OOMRules) {
    let byAge = rules.prefersNewest ? candidates.reversed() : candidates
    self.candidates = byAge.sorted { left, right in
      switch (left.badness, right.badness) {
      case (let left?, let right?): left > right
      case (.some, nil): true
      case (nil, _): false
      }
    }
    self.totalPages = totalPages
    self.rules = rules
  }

  /// The process with the highest badness; nil when none may be taken.
  public var worst: OOMCandidate? { candidates.first.flatMap { $0.badness == nil ? nil : $0 } }

  /// How many pages of badness one point of `oom_score_adj` is.
  public var pagesPerPoint: Int { totalPages / 1000 }

  /// The `oom_score_adj` at which the verdict changes for a process, all others staying as they are.
  ///
  /// - Returns: for the likeliest victim the largest value at which another one is taken in its place; for any
  ///   other process the smallest value at which it is taken itself. nil when no value changes anything.
  public func turningPoint(of process: ProcessID) -> Int? {
    guard let own = candidates.first(where: { $0.process == process }) else { return nil }
    return turningPoint(of: own)
  }

  /// The same for one of the candidates.
  public func turningPoint(of own: OOMCandidate) -> Int? {
    // Without a rival whoever may be taken at all is taken.
    guard let rival = candidates.first(where: { $0.process != own.process && $0.badness != nil }),
      let bar = rival.badness
    else { return own.badness == nil ? -999 : nil }
    // At equal badness age decides.
    let winsTies = (own.process > rival.process) == rules.prefersNewest
    let isWorst = worst?.process == own.process
    let values = -1000...1000
    let taken = { (adjustment: Int) -> Bool in
      var figures = own.figures
      figures.adjustment = adjustment
      guard let points = rules.formula.badness(figures, totalPages: totalPages) else { return false }
      return points > bar || (points == bar && winsTies)
    }
    // Badness grows with the adjustment, so there is one step from spared to taken.
    var low = values.lowerBound
    var high = values.upperBound + 1
    while low < high {
      let middle = low + (high - low) / 2
      if taken(middle) { high = middle } else { low = middle + 1 }
    }
    if isWorst { return values.contains(low - 1) ? low - 1 : nil }
    return values.contains(low) ? low : nil
  }
}
