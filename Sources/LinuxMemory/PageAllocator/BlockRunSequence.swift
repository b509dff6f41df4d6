// An ordered list of equally sized blocks, kept as runs so that a terabyte is a handful of entries.

/// Consecutive blocks in list order, numbered upwards or downwards.
struct BlockRun: Equatable, Sendable {
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
/// Pushing, popping at either end and splitting a run cost the same however long the runs are.
struct BlockRunSequence: Sendable {
  /// The runs, tail first, so that work at the head happens at the end of the array.
  private var runs: [BlockRun] = []
  /// Where the tail's run is; slots before it are unused room for pushes at the tail.
  private var tailIndex = 0
  /// How many blocks the list holds.
  private(set) var count = 0

  /// Whether the list is empty.
  @inline(__always) var isEmpty: Bool { count == 0 }

  /// The block at the head, or nil.
  var head: Int? { count == 0 ? nil : runs[runs.count - 1].first }

  /// The runs from head to tail.
  var runsFromHead: ReversedCollection<ArraySlice<BlockRun>> { runs[tailIndex...].reversed() }

  /// Takes the block at the head.
  @inline(__always)
  mutating func popHead() -> Int? {
    guard count > 0 else { return nil }
    count -= 1
    let index = runs.count - 1
    let block = runs[index].first
    if runs[index].count == 1 {
      removeHeadRun()
    } else {
      runs[index].count -= 1
      runs[index].first += runs[index].step
    }
    return block
  }

  /// Takes at most `limit` blocks off the head's run, in list order.
  mutating func popHeadRun(atMost limit: Int) -> BlockRun? {
    guard count > 0, limit > 0 else { return nil }
    let index = runs.count - 1
    var run = runs[index]
    if run.count <= limit {
      removeHeadRun()
    } else {
      runs[index].first += run.step * limit
      runs[index].count -= limit
      run.count = limit
    }
    count -= run.count
    return run
  }

  /// Takes at most `limit` blocks off the tail's run; the result starts with the tail.
  mutating func popTailRun(atMost limit: Int) -> BlockRun? {
    guard count > 0, limit > 0 else { return nil }
    var run = runs[tailIndex].reversed
    if run.count <= limit {
      tailIndex += 1
      trimTail()
    } else {
      runs[tailIndex].count -= limit
      run.count = limit
    }
    count -= run.count
    return run
  }

  /// Puts a block before the head.
  @inline(__always)
  mutating func pushHead(_ block: Int) {
    if count > 0 {
      let index = runs.count - 1
      let distance = runs[index].first - block
      if runs[index].count == 1 ? (distance == 1 || distance == -1) : distance == runs[index].step {
        runs[index].step = distance
        runs[index].first = block
        runs[index].count += 1
        count += 1
        return
      }
    }
    runs.append(BlockRun(first: block, count: 1, step: 1))
    count += 1
  }

  /// Puts the blocks of a run before the head one after the other: `run.first` goes first and so ends
  /// up deepest.
  mutating func pushHead(_ run: BlockRun) {
    let reversed = run.reversed
    count += run.count
    if count > run.count {
      let index = runs.count - 1
      let head = runs[index]
      let fits = head.count == 1 || head.step == reversed.step
      let joins = reversed.count == 1 ? abs(head.first - run.first) == 1 : true
      let step = reversed.count == 1 ? head.first - run.first : reversed.step
      if fits && joins && head.first == run.first + step && (head.count == 1 || head.step == step) {
        runs[index] = BlockRun(first: reversed.first, count: head.count + run.count, step: step)
        return
      }
    }
    runs.append(reversed)
  }

  /// Puts a run behind the tail, `run.first` nearest the old tail.
  mutating func pushTail(_ run: BlockRun) {
    count += run.count
    if count > run.count {
      let tail = runs[tailIndex]
      let step = run.count > 1 ? run.step : run.first - tail.last
      if abs(step) == 1, run.first == tail.last + step, tail.count == 1 || tail.step == step {
        runs[tailIndex] = BlockRun(first: tail.first, count: tail.count + run.count, step: step)
        return
      }
    }
    if tailIndex == 0 {
      let room = Swift.max(4, runs.count)
      runs.insert(contentsOf: repeatElement(run, count: room), at: 0)
      tailIndex = room
    }
    tailIndex -= 1
    runs[tailIndex] = run
  }

  /// Takes one block out of the middle; false when the list does not hold it.
  mutating func remove(_ block: Int) -> Bool {
    for index in stride(from: runs.count - 1, through: tailIndex, by: -1) {
      let run = runs[index]
      let offset = (block - run.first) * run.step
      guard offset >= 0, offset < run.count else { continue }
      let towardsTail = BlockRun(first: block + run.step, count: run.count - offset - 1, step: run.step)
      let towardsHead = BlockRun(first: run.first, count: offset, step: run.step)
      runs.replaceSubrange(index...index, with: [towardsTail, towardsHead].filter { $0.count > 0 })
      count -= 1
      trimTail()
      return true
    }
    return false
  }

  private mutating func removeHeadRun() {
    runs.removeLast()
    if runs.count == tailIndex { trimTail() }
  }

  /// Gives back unused slots at the tail once they outnumber the used ones.
  private mutating func trimTail() {
    if tailIndex >= runs.count {
      runs.removeAll(keepingCapacity: true)
      tailIndex = 0
    } else if tailIndex > 64, tailIndex * 2 > runs.count {
      runs.removeFirst(tailIndex)
      tailIndex = 0
    }
  }
}

extension BlockRunSequence: Equatable {
  /// Equal when both hold the same blocks in the same order.
  static func == (left: BlockRunSequence, right: BlockRunSequence) -> Bool {
    left.count == right.count && left.canonicalRuns == right.canonicalRuns
  }

  /// The runs with every run of one block joined to its neighbours where that is possible.
  private var canonicalRuns: [BlockRun] {
    var result: [BlockRun] = []
    for run in runsFromHead {
      if let last = result.last {
        let step = run.first - last.last
        let follows =
          abs(step) == 1 && (last.count == 1 || last.step == step) && (run.count == 1 || run.step == step)
        if follows {
          result[result.count - 1] = BlockRun(
            first: last.first, count: last.count + run.count, step: step)
          continue
        }
      }
      result.append(run.count == 1 ? BlockRun(first: run.first, count: 1, step: 1) : run)
    }
    return result
  }
}
