// How long a replay takes, to be compared with the real allocator.

import Glibc
import LinuxMemory
import MemScript

/// The time of one trace, replayed from memory: the processor's time of this thread, since the machine may be
/// busy with other things.
struct ReplayTiming {
  /// How many calls the trace has.
  private let calls: Int
  /// Nanoseconds per call of the first pass.
  private let first: Double
  /// The same for later passes, which leave out what does not allocate, free what is left after each, and
  /// start from there: the median of several rounds.
  private let later: Double
  /// The signal that ended the process.
  let ending: FatalSignal?

  private static let rounds = 5
  private static let roundDuration = 0.4e9

  /// Measures.
  ///
  /// - Throws: ``ReplayError`` when the machine cannot run the process.
  init(of plan: ReplayPlan) throws(ReplayError) {
    var plan = plan
    plan.touching = .none
    plan.measures = false
    var replayer = try plan.start()
    calls = replayer.trace.operations.count
    let again = replayer.trace.allocations
    let start = Self.now
    replayer.advance()
    first = (Self.now - start) / Double(max(calls, 1))
    var times: [Double] = []
    while times.count < Self.rounds, replayer.ending == nil, !again.operations.isEmpty {
      times.append(Self.round(of: again, &replayer))
    }
    later = times.isEmpty ? 0 : times.sorted()[times.count / 2]
    ending = replayer.ending
  }

  private static func round(of trace: AllocationTrace, _ replayer: inout TraceReplayer) -> Double {
    let start = now
    var calls = 0
    repeat {
      calls += replayer.restart(with: trace) + trace.operations.count
      replayer.advance()
    } while now - start < roundDuration && replayer.ending == nil
    return (now - start) / Double(calls)
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  /// Three lines for people and scripts.
  var text: String {
    """
    calls         \(calls)
    first pass    \(Self.tenths(first)) ns per call
    later passes  \(Self.tenths(later)) ns per call

    """
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
