// Collects what happens in a statement while it happens: in room and time that do not grow with a loop's rounds.

import LinuxMemory
import Synchronization

/// An observer that puts a story together.
final class TraceCollector: EventObserver {
  /// How many kinds of calls a story tells apart, and how many kinds of steps in each; without folding, how many calls
  /// and steps it has.
  private static let (mostGroups, mostEntries) = (64, 256)
  private static let mostUnfolded = 4096

  private struct State {
    var story = TraceStory()
    /// The group that steps belong to now.
    var current = -1
    /// Whether a call is on.
    var isInCall = false
    var isFolding = true

    /// Makes a group current, a new one if it is not told yet and there is room.
    mutating func enter(_ call: TraceCall, request: UInt64?) {
      let count = story.groups.count
      if isFolding {
        // A loop makes the same calls in turn: the next one is mostly the one behind the last.
        for distance in 0..<count {
          let index = (current + 1 + distance) % count
          guard story.groups[index].call == call else { continue }
          story.groups[index].count &+= 1
          current = index
          return
        }
      }
      if count < (isFolding ? mostGroups : mostUnfolded) {
        story.groups.append(TraceStory.Group(call, request: request))
      }
      current = story.groups.count - 1
    }
  }

  private let state = Mutex(State())

  /// Begins a story.
  ///
  /// - Parameter isFolding: whether steps that are alike become one.
  func begin(isFolding: Bool) {
    state.withLock {
      $0 = State()
      $0.isFolding = isFolding
    }
  }

  /// Hands the story over.
  func take() -> TraceStory {
    state.withLock { state in
      defer { state = State() }
      return state.story
    }
  }

  /// What happens from now on belongs to a call.
  func enter(_ call: TraceCall, request: UInt64? = nil) {
    state.withLock {
      $0.enter(call, request: request)
      $0.isInCall = true
    }
  }

  /// What happens from now on belongs to no call.
  func leave() { state.withLock { $0.isInCall = false } }

  func observe(_ record: EventRecord) {
    state.withLock { state in
      if !state.isInCall {
        let call = TraceCall(name: "", kind: .other, process: record.process ?? ProcessID(0))
        if state.current < 0 || state.story.groups[state.current].call != call {
          state.enter(call, request: nil)
        }
      }
      state.story.groups[state.current].add(
        record.event, isFolding: state.isFolding,
        limit: state.isFolding ? Self.mostEntries : Self.mostUnfolded)
    }
  }
}
