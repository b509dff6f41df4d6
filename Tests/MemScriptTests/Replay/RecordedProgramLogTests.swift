// Programs that scripts/record watched, with their threads: every block lies where the real one lay.

import LinuxMemory
import Testing

@testable import MemScript

@Suite("Real programs with threads")
struct RecordedProgramLogTests {
  @Test(arguments: [
    ("xz", 270, 5), ("sort", 100, 1), ("pbzip2", 83, 7), ("pigz", 219, 6), ("memcached", 130, 10),
    ("python3", 1000, 7),
  ])
  func everyAddressIsEqual(program: String, leastBlocks: Int, threads: Int) throws {
    let text = String(decoding: try PackedFile.unpack("logs/\(program).record"), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let trace = try AllocationTrace(reading: SourceText(name: program, text: text))
    #expect(trace.gaps == AllocationTraceGaps())
    #expect(trace.highestThread + 1 == threads)
    let configuration = try MachineConfiguration(
      settings: ReplayResultLines.machineSettings.map { (key: $0.0, value: $0.1) })
    let results = Array(try ReplayResultLines(of: trace, on: configuration, detail: .stacks))
    #expect(results.count == trace.operations.count)
    var heapStart: UInt64?
    var compared = 0
    for (index, result) in results.enumerated() {
      let line = lines[trace.line(ofOperation: index) - 1]
      guard let mark = line.range(of: " = 0x"), let address = UInt64(line[mark.upperBound...], radix: 16),
        // One line may be several operations: what it says is the result of the last.
        index + 1 == results.count || trace.line(ofOperation: index + 1) != trace.line(ofOperation: index)
      else { continue }
      compared += 1
      let place = result.split(separator: " ")[0]
      if heapStart == nil, place.first == "h" { heapStart = address - (number(place, after: "h") ?? 0) }
      #expect(lies(address, at: place, heapStart: heapStart ?? 0), "\(line): \(result)")
    }
    #expect(compared == lines.count { $0.contains(" = 0x") })
    #expect(compared >= leastBlocks)
  }

  /// Whether a real address is at a place: of the heap, of an arena's heap by its alignment, of a mapping by its page.
  private func lies(_ address: UInt64, at place: Substring, heapStart: UInt64) -> Bool {
    switch place.first {
    case "h": address - heapStart == number(place, after: "h")
    case "A": address % (64 << 20) == number(place, after: "+")
    case "M": address % 4096 == number(place, after: "+").map { $0 % 4096 }
    default: false
    }
  }

  private func number(_ place: Substring, after mark: Character) -> UInt64? {
    place.firstIndex(of: mark).flatMap {
      UInt64(place[place.index(after: $0)...].prefix { $0.isHexDigit }, radix: 16)
    }
  }
}
