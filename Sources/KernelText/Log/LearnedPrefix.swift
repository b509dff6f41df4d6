// Prefixes that nobody listed: what stands before words with which a kernel's line must begin.

/// The shapes of what a log puts before each line, digits aside.
struct LearnedPrefix: Sendable {
  /// Shapes: a digit stands for any number, a space for any spaces.
  private let shapes: [[UInt8]]

  /// Words that begin a kernel's line, and stand nowhere else.
  private static let beginnings: [StaticString] = [
    "Mem-Info:", "Mem-info:", "Tasks state (memory", "oom-kill:constraint=",
    "lowmem_reserve[]: ",
    "Memory cgroup stats for ", "Call Trace:", "Hardware name: ", "Free swap  = ", "Total swap = ", "CPU: ",
    "[ pid ]  ", "[  pid  ]  ", "Swap cache stats: ", "memory: usage ", "Node 0 DMA: ",
    "Memory cgroup out of memory: ",
  ]

  /// Learns from lines whose known prefixes are taken off.
  init(from bodies: [ArraySlice<UInt8>]) {
    var counts: [[UInt8]: Int] = [:]
    for body in bodies {
      for beginning in Self.beginnings {
        guard let place = body.firstIndex(of: beginning) else { continue }
        let before = body[body.startIndex..<place]
        if !before.isEmpty, before.count <= 200 {
          counts[Self.shape(before), default: 0] += 1
        }
        break
      }
    }
    shapes = counts.filter { $0.value >= 2 }.map(\.key).sorted {
      $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count
    }
  }

  /// The shape of a text.
  private static func shape(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var shape: [UInt8] = []
    for byte in bytes {
      let kind = byte &- UInt8(ascii: "0") < 10 ? UInt8(ascii: "0") : byte
      if kind == shape.last, kind == UInt8(ascii: "0") || kind == UInt8(ascii: " ") { continue }
      shape.append(kind)
    }
    return shape
  }

  /// A line without a prefix of a learned shape; nil where it has none.
  func body(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    for shape in shapes {
      if let end = Self.end(of: shape, in: line) { return line[end...] }
    }
    return nil
  }

  private static func end(of shape: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
    var index = line.startIndex
    for kind in shape {
      guard index < line.endIndex else { return nil }
      if kind == UInt8(ascii: "0") || kind == UInt8(ascii: " ") {
        let start = index
        while index < line.endIndex,
          kind == UInt8(ascii: " ") ? line[index] == kind : line[index] &- UInt8(ascii: "0") < 10
        {
          index += 1
        }
        if index == start { return nil }
      } else {
        guard line[index] == kind else { return nil }
        index += 1
      }
    }
    return index
  }
}
