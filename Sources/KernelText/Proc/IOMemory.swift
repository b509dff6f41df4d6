// The format of /proc/iomem.

/// `/proc/iomem`: the physical address space (kernel/resource.c).
public struct IOMemory: KernelFormat {
  /// One range.
  public struct Range: Equatable, Sendable {
    /// How deep it is nested: 0 for the outermost.
    public var depth: Int
    /// The first address.
    public var start: UInt64
    /// The last address.
    public var end: UInt64
    /// What it is.
    public var name: String

    /// Makes a range.
    public init(depth: Int, start: UInt64, end: UInt64, name: String) {
      self.depth = depth
      self.start = start
      self.end = end
      self.name = name
    }
  }

  /// The ranges by address, each before those in it.
  public var ranges: [Range]

  /// Makes a file.
  public init(ranges: [Range]) { self.ranges = ranges }

  /// Reads a file; nil when a line is of another form.
  public init?(parsing text: String) {
    ranges = []
    for line in text.fileLines {
      let body = line.drop { $0 == " " }
      guard let dash = body.firstIndex(of: "-"), let colon = body.firstRange(of: " : "),
        dash < colon.lowerBound,
        let start = UInt64(body[..<dash], radix: 16),
        let end = UInt64(body[body.index(after: dash)..<colon.lowerBound], radix: 16)
      else { return nil }
      ranges.append(
        Range(
          depth: (line.count - body.count) / 2, start: start, end: end,
          name: String(body[colon.upperBound...])))
    }
  }

  /// The file's text.
  public var text: String {
    ranges.map { range in
      String(repeating: " ", count: 2 * max(range.depth, 0))
        + "\(range.start.hexadecimal(8))-\(range.end.hexadecimal(8)) : \(range.name)\n"
    }.joined()
  }
}
