// An ordered list of equally sized blocks, kept as runs so that a terabyte is a handful of entries.

/// Consecutive blocks in list order, numbered upwards or downwards.
struct BlockRun: Equatable, Sendable, Codable {
  /// The block number nearest the head of the list.
  var first: Int
  /// How many blocks, at least 1.
  var count: Int
  /// 1 when block numbers rise towards the tail, -1 when they fall.
  var step: Int

  /// The block number nearest the tail.
  var last: Int { first + step * (count - 1) }
  /// The lowest block number.
  var lowest: Int { step > 0 ? first : last }

  /// The same blocks in the opposite order.
  var reversed: BlockRun { BlockRun(first: last, count: count, step: -step) }
}

/// A list of blocks with a head and a tail, in the order the kernel's linked list would have.
///
/// Pushing, popping at either end and splitting a run cost the same however long the runs are. The
/// run at the head lies in the value itself, so that most calls touch no other memory.
struct BlockRunSequence: Sendable, Codable {
  /// The run at the head; its count is 0 when the list is empty.
  private var headRun = BlockRun(first: 0, count: 0, step: 1)
  /// The other runs, the tail's first.
  private var runs: [BlockRun] = []
  /// Where the tail's run is; slots before it are unused room for pushes at the tail.
  private var tailIndex = 0
  /// How many blocks the list holds.
  private(set) var count = 0

  /// Whether the list is empty.
  @inline(__always) var isEmpty: Bool { count == 0 }

  /// The block at the head, or nil.
  var head: Int? { count == 0 ? nil : headRun.first }

  /// The runs from head to tail.
  var runsFromHead: [BlockRun] { count == 0 ? [] : [headRun] + runs[tailIndex...].reversed() }

  /// Takes the block at the head.
  @inline(__always)
  mutating func popHead() -> Int? {
    guard count > 0 else { return nil }
    count &-= 1
    let block = headRun.first
    headRun.count &-= 1
    headRun.first &+= headRun.step
    if headRun.count == 0 { nextHeadRun() }
    return block
  }

  /// Takes at most `limit` blocks off the head's run, in list order.
  mutating func popHeadRun(atMost limit: Int) -> BlockRun? {
    guard count > 0, limit > 0 else { return nil }
    var run = headRun
    run.count = Swift.min(run.count, limit)
    headRun.count -= run.count
    headRun.first += run.step * run.count
    count -= run.count
    if headRun.count == 0 { nextHeadRun() }
    return run
  }

  /// Takes at most `limit` blocks off the head as far as their numbers rise one by one.
  mutating func popAscendingRun(atMost limit: Int) -> BlockRun? {
    guard count > 0 else { return nil }
    if headRun.step == 1 || headRun.count == 1 {
      guard var run = popHeadRun(atMost: limit) else { return nil }
      run.step = 1
      return run
    }
    return popHeadRun(atMost: Swift.min(limit, 1))
  }

  /// Takes at most `limit` blocks off the tail's run; the result starts with the tail.
  mutating func popTailRun(atMost limit: Int) -> BlockRun? {
    guard count > 0, limit > 0 else { return nil }
    let isHead = tailIndex == runs.count
    var run = (isHead ? headRun : runs[tailIndex]).reversed
    if run.count > limit {
      run.count = limit
      if isHead { headRun.count -= limit } else { runs[tailIndex].count -= limit }
    } else if isHead {
      headRun.count = 0
    } else {
      tailIndex += 1
      trimTail()
    }
    count -= run.count
    return run
  }

  /// Puts a block before the head.
  @inline(__always)
  mutating func pushHead(_ block: Int) {
    count &+= 1
    let distance = headRun.first &- block
    if headRun.count > 1 ? distance == headRun.step : headRun.count == 1 && (distance == 1 || distance == -1)
    {
      headRun.step = distance
      headRun.first = block
      headRun.count &+= 1
      return
    }
    newHeadRun(BlockRun(first: block, count: 1, step: 1))
  }

  /// Puts the blocks of a run before the head one after the other: `run.first` goes first and so ends
  /// up deepest.
  mutating func pushHead(_ run: BlockRun) {
    let pushed = run.reversed
    count += run.count
    if let joined = pushed.followed(by: headRun) {
      headRun = joined
    } else {
      newHeadRun(pushed)
    }
  }

  /// Puts a run behind the tail, `run.first` nearest the old tail.
  mutating func pushTail(_ run: BlockRun) {
    count += run.count
    if tailIndex == runs.count {
      if headRun.count == 0 {
        headRun = run
        return
      }
      if let joined = headRun.followed(by: run) {
        headRun = joined
        return
      }
    } else if let joined = runs[tailIndex].followed(by: run) {
      runs[tailIndex] = joined
      return
    }
    if tailIndex == 0 {
      let room = Swift.max(4, runs.count)
      runs.insert(contentsOf: repeatElement(run, count: room), at: 0)
      tailIndex = room
    }
    tailIndex -= 1
    runs[tailIndex] = run
  }

  /// Takes the next run up as the head's.
  private mutating func nextHeadRun() {
    guard runs.count > tailIndex, let next = runs.popLast() else { return }
    headRun = next
    trimTail()
  }

  private mutating func newHeadRun(_ run: BlockRun) {
    if headRun.count > 0 { runs.append(headRun) }
    headRun = run
  }

  /// Gives back unused slots at the tail once they outnumber the used ones.
  private mutating func trimTail() {
    if tailIndex >= runs.count {
      runs.removeAll(keepingCapacity: runs.capacity < 1024)
      tailIndex = 0
    } else if tailIndex > 64, tailIndex * 2 > runs.count {
      runs.removeFirst(tailIndex)
      tailIndex = 0
    }
  }
}

extension BlockRun {
  /// This run with another one behind it, when the numbers go on without a gap in one direction.
  func followed(by next: BlockRun) -> BlockRun? {
    guard count > 0, next.count > 0 else { return nil }
    let step = next.first - last
    guard step == 1 || step == -1, count == 1 || self.step == step, next.count == 1 || next.step == step
    else { return nil }
    return BlockRun(first: first, count: count + next.count, step: step)
  }
}

extension BlockRunSequence: Equatable {
  /// Equal when both hold the same blocks in the same order.
  static func == (left: BlockRunSequence, right: BlockRunSequence) -> Bool {
    left.count == right.count
      && (left.headRun == right.headRun && left.tailIndex == right.tailIndex && left.runs == right.runs
        || left.canonicalRuns == right.canonicalRuns)
  }

  /// The runs joined as far as possible.
  private var canonicalRuns: [BlockRun] {
    var result: [BlockRun] = []
    for run in runsFromHead {
      if let last = result.last, let joined = last.followed(by: run) {
        result[result.count - 1] = joined
      } else {
        result.append(run.count == 1 ? BlockRun(first: run.first, count: 1, step: 1) : run)
      }
    }
    return result
  }
}
