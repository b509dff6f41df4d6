// The work that a machine does for its caller, counted so that the caller can end it.

import Synchronization

/// Who is told of a machine's work and may end it.
package protocol WorkObserver: AnyObject, Sendable {
  /// Told now and then of work that was done.
  ///
  /// - Parameters:
  ///   - units: how much since the last time. A unit is an extent that was touched, a step of a search, a page of a
  ///     batch: what takes some ten to some hundred nanoseconds.
  ///   - stateBytes: measures the machine's state; nil where it is being changed.
  /// - Returns: whether the machine may go on. Once it may not, calls end as soon as the state allows, as those of a
  ///   process that got a fatal signal do; the state stays consistent.
  func machineWorked(_ units: Int, stateBytes: () -> Int?) -> Bool
}

/// Counts the work of a machine. Copies of a machine share its meter.
package final class WorkMeter: Sendable {
  private let observer: (any WorkObserver)?
  /// The units until the observer is told.
  private let left = Atomic<Int>(WorkMeter.unitsPerLook)
  private let stopped = Atomic<Bool>(false)

  /// How much work is done between two questions.
  private static let unitsPerLook = 256

  /// Makes a meter.
  ///
  /// - Parameter observer: who may end the work; nil lets all of it go on to its end.
  package init(observer: (any WorkObserver)? = nil) { self.observer = observer }

  /// Whether the machine was told to end what it does.
  package var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// Lets the machine work again.
  package func restart() { stopped.store(false, ordering: .relaxed) }

  /// Lets what has to be taken back come to its end, whatever was said before; it ends with ``endInsisting(_:)``.
  ///
  /// - Returns: what ``endInsisting(_:)`` is to be told.
  func beginInsisting() -> Bool {
    left.store(.max / 2, ordering: .relaxed)
    return stopped.exchange(false, ordering: .relaxed)
  }

  /// Goes on as before ``beginInsisting()``.
  func endInsisting(_ wasStopped: Bool) {
    left.store(Self.unitsPerLook, ordering: .relaxed)
    stopped.store(wasStopped, ordering: .relaxed)
  }

  /// Counts work.
  ///
  /// - Parameter units: from 0.
  /// - Returns: whether to go on.
  @inline(__always)
  package func spend(_ units: Int, stateBytes: () -> Int? = { nil }) -> Bool {
    // Only the thread that runs the machine counts; what another one's copy adds at the same time may get lost.
    let rest = left.load(ordering: .relaxed) &- units
    left.store(rest, ordering: .relaxed)
    return rest > 0 ? !isStopped : look(rest, stateBytes)
  }

  /// Maps elements one after another, as long as the work may go on.
  ///
  /// A lazy filter that counts would do so more than once for an element.
  ///
  /// - Parameters:
  ///   - elements: what is mapped.
  ///   - units: what each of them costs.
  ///   - transform: what is made of each.
  /// - Returns: the results, fewer when the work was ended on the way.
  package func map<Element, Result>(
    _ elements: some Sequence<Element>, units: Int, _ transform: (Element) -> Result
  ) -> [Result] {
    var results: [Result] = []
    for element in elements {
      guard spend(units) else { break }
      results.append(transform(element))
    }
    return results
  }

  private func look(_ rest: Int, _ stateBytes: () -> Int?) -> Bool {
    left.store(Self.unitsPerLook, ordering: .relaxed)
    guard !isStopped, let observer else { return !isStopped }
    if observer.machineWorked(Self.unitsPerLook &- rest, stateBytes: stateBytes) { return true }
    stopped.store(true, ordering: .relaxed)
    return false
  }
}

extension WorkMeter: Equatable {
  /// Whoever watches a machine is no part of its state: all meters are equal.
  package static func == (left: WorkMeter, right: WorkMeter) -> Bool { true }
}
