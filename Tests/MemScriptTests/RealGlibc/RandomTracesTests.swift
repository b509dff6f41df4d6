// Random programs: the heap is sound after each step, and the real glibc, where it is present, does the same.

import Foundation
import Testing

@testable import LinuxMemory

@Suite("Random programs")
struct RandomTracesTests {
  /// The seeds; `MEMSH_MALLOC_SEED` names another first one, to look at a failure or for new programs.
  static let seeds: [UInt64] = {
    let first = ProcessInfo.processInfo.environment["MEMSH_MALLOC_SEED"].flatMap { UInt64($0) } ?? 1
    return (0..<24).map { first &+ $0 }
  }()

  @Test(arguments: seeds)
  func invariantsHoldAfterEachStep(seed: UInt64) throws {
    var violations: [String] = []
    try SimulatedGlibc.run(RandomTrace(seed: seed, steps: 150).text) { step, state in
      if violations.isEmpty { violations = state.invariantViolations().map { "step \(step): \($0)" } }
    }
    #expect(violations == [], "seed \(seed)")
  }

  @Test(.enabled(if: LiveGlibc.shared != nil, "there is no gcc with glibc 2.36"), arguments: seeds)
  func theRealGlibcDoesTheSame(seed: UInt64) throws {
    let trace = RandomTrace(seed: seed, steps: 600)
    let real = try #require(LiveGlibc.shared?.run(trace.text, tunables: trace.environment))
    let ours = try SimulatedGlibc.run(trace.text)
    let difference = zip(ours, real).enumerated().first { $1.0 != $1.1 }
    if let (index, (own, expected)) = difference {
      Issue.record("seed \(seed) operation \(index + 1): \(own) instead of \(expected)")
    }
    #expect(ours.count == real.count, "seed \(seed)")
  }
}
