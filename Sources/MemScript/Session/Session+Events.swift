// Events of a session's machine as a sequence.

import LinuxMemory
import Synchronization

extension Session {
  /// What happens on the session's machine, from now on and while it happens, whichever machine that is: also behind a
  /// `machine` statement that boots another one.
  ///
  /// Iterate in another task than the one that runs the script. The sequence ends with the session, or when the task that
  /// iterates is cancelled.
  ///
  /// - Parameter policy: what happens with events that nobody has taken yet; by default all of them wait.
  public func events(
    bufferingPolicy policy: AsyncStream<EventRecord>.Continuation.BufferingPolicy = .unbounded
  ) -> AsyncStream<EventRecord> {
    let streams = eventStreams ?? EventStreams()
    eventStreams = streams
    let (stream, continuation) = AsyncStream.makeStream(of: EventRecord.self, bufferingPolicy: policy)
    streams.add(continuation)
    observersChanged()
    return stream
  }
}

/// Tells all who iterate over the events of a session.
final class EventStreams: EventObserver {
  private struct State {
    var continuations: [Int: AsyncStream<EventRecord>.Continuation] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  /// Adds somebody who iterates.
  func add(_ continuation: AsyncStream<EventRecord>.Continuation) {
    let number = state.withLock { state in
      state.count += 1
      state.continuations[state.count] = continuation
      return state.count
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { state in state.continuations[number] = nil }
    }
  }

  func observe(_ record: EventRecord) {
    let continuations = state.withLock { Array($0.continuations.values) }
    for continuation in continuations { continuation.yield(record) }
  }

  /// Ends all sequences.
  func finish() {
    for continuation in state.withLock({ $0.continuations }).values { continuation.finish() }
  }
}
