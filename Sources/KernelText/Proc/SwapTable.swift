// The format of /proc/swaps.

/// `/proc/swaps`: the swap areas that are on.
public struct SwapTable: KernelFormat {
  /// One area.
  public struct Area: Equatable, Sendable {
    /// The device or file.
    public var path: String
    /// Whether it is a block device.
    public var isPartition: Bool
    /// Its size in KiB.
    public var size: Int
    /// What is in use, in KiB.
    public var used: Int
    /// Its priority; areas without a wish count down from -2.
    public var priority: Int

    /// Makes an area.
    public init(path: String, isPartition: Bool, size: Int, used: Int, priority: Int) {
      self.path = path
      self.isPartition = isPartition
      self.size = size
      self.used = used
      self.priority = priority
    }

    /// Reads a line; a path may hold spaces, which the kernel writes as `\\040`.
    init?(_ line: Substring) {
      let words = line.words
      guard words.count == 5, words[1] == "partition" || words[1] == "file",
        let numbers = Array(words[2...]).numbers
      else { return nil }
      self.init(
        path: String(words[0]), isPartition: words[1] == "partition", size: numbers[0], used: numbers[1],
        priority: numbers[2])
    }

    /// The line with its newline.
    public var text: String {
      let gap = String(repeating: " ", count: max(1, 40 - path.utf8.count))
      let type = isPartition ? "partition" : "file\t"
      // Numbers of up to seven digits leave room for a second tab.
      let sizeGap = size < 10_000_000 ? "\t" : ""
      let usedGap = used < 10_000_000 ? "\t" : ""
      return "\(path)\(gap)\(type)\t\(size)\t\(sizeGap)\(used)\t\(usedGap)\(priority)\n"
    }
  }

  /// The areas in the order in which they are used.
  public var areas: [Area]

  /// The line above the areas.
  public static let header = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

  /// Makes a file.
  public init(areas: [Area]) { self.areas = areas }

  /// Reads a file; nil when its head or a line is of another form.
  public init?(parsing text: String) {
    guard text.hasPrefix(Self.header) else { return nil }
    areas = []
    for line in text.fileLines.dropFirst() {
      guard let area = Area(line) else { return nil }
      areas.append(area)
    }
  }

  /// The file's text.
  public var text: String { Self.header + areas.map(\.text).joined() }
}
