// Random sequences of alloc_pages and __free_pages beside a booted kernel: every frame, and every list at the end.

import Testing

@testable import LinuxMemory

@Suite("Recorded sequences of pages")
struct PageSequenceTests {
  /// A state of the kernel's allocator, calls, and the states that followed.
  struct Sequence {
    let title: String
    let cpu: Int
    let boostFactor: Int
    /// The state before the first call.
    var before: [String] = []
    /// The calls; a state of the kernel between two of them is told by its place in `states`.
    var calls: [String] = []
    /// The states by how many calls came before, in order.
    var states: [(calls: Int, lines: [String])] = []

    func allocator(_ lines: [String]) -> PageAllocator {
      RecordedPageAllocator.state(lines, cpu: cpu, boostFactor: boostFactor)
    }
  }

  private static func sequences(_ name: String) throws -> [Sequence] {
    var result: [Sequence] = []
    for line in try Recording.packed("kernel/page-sequences-\(name).txt") {
      if line.hasPrefix("= ") {
        switch line {
        case "= go": break
        case "= state", "= end":
          let calls = result[result.count - 1].calls.count
          result[result.count - 1].states.append((calls, []))
        default:
          let fields = Recording.fields(line)
          result.append(
            Sequence(title: line, cpu: fields["cpu"] ?? 0, boostFactor: fields["boost"] ?? 0))
        }
      } else if line.hasPrefix("a") || line.hasPrefix("f") {
        result[result.count - 1].calls.append(line)
      } else if let last = result[result.count - 1].states.indices.last {
        result[result.count - 1].states[last].lines.append(line)
      } else {
        result[result.count - 1].before.append(line)
      }
    }
    return result
  }

  @Test("every frame and every list is the recorded one", arguments: ["amd64", "i386"])
  func recorded(name: String) throws {
    var compared = 0
    for sequence in try Self.sequences(name) {
      var allocator = sequence.allocator(sequence.before)
      var states = sequence.states[...]
      for (number, call) in sequence.calls.enumerated() {
        if let state = states.first, state.calls == number {
          try #require(
            allocator.fingerprint == sequence.allocator(state.lines).fingerprint,
            "\(sequence.title), \(number)")
          states.removeFirst()
        }
        let order = try #require(call.dropFirst().first?.hexDigitValue)
        if call.hasPrefix("f") {
          let frame = FrameNumber(try #require(Int(call.dropFirst(2), radix: 16)))
          allocator.pin(frame, order: order, false)
          allocator.free(frame, order: order)
        } else {
          let flags = try #require(call.dropFirst(2).first.flatMap(RecordedPageAllocator.flags))
          let frame =
            allocator.allocate(order: order, flags, watermark: .low)
            ?? allocator.allocate(order: order, flags, watermark: flags.slowPathWatermark)
          try #require(
            frame?.rawValue == Int(call.dropFirst(3), radix: 16), "\(sequence.title), \(number): \(call)")
          if let frame { allocator.pin(frame, order: order) }
        }
        compared += 1
      }
      let end = try #require(sequence.states.last)
      #expect(allocator.fingerprint == sequence.allocator(end.lines).fingerprint, "\(sequence.title), end")
      #expect(allocator.invariantViolations() == [], "\(sequence.title)")
    }
    #expect(compared > 20_000)
  }
}
