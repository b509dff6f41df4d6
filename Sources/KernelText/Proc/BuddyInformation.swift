// The formats of /proc/buddyinfo and /proc/pagetypeinfo.

/// `/proc/buddyinfo`: the free blocks of each zone.
public struct BuddyInformation: KernelFormat {
  /// One zone.
  public struct Zone: Equatable, Sendable {
    /// The number of its node.
    public var node: Int
    /// Its name, such as `DMA32`.
    public var name: String
    /// The numbers of its free blocks of each order, from order 0.
    public var freeBlocks: [Int]

    /// Makes a zone.
    public init(node: Int = 0, name: String, freeBlocks: [Int]) {
      self.node = node
      self.name = name
      self.freeBlocks = freeBlocks
    }

    /// Reads a line `Node 0, zone   DMA32 …`.
    init?(_ line: Substring, gap: Int = 0) {
      let words = line.words
      guard words.count > 4, words[0] == "Node", words[1].last == ",", words[2] == "zone",
        let node = Int(words[1].dropLast()), let numbers = Array(words[4...]).numbers
      else { return nil }
      self.init(node: node, name: String(words[3]), freeBlocks: numbers)
    }

    /// The line with its newline.
    ///
    /// - Parameter width: of the columns of numbers.
    func text(width: Int) -> String {
      "Node \(node), zone \(name.alignedRight(8)) " + freeBlocks.map { $0.decimal(width) + " " }.joined()
        + "\n"
    }
  }

  /// The zones that have memory, node by node.
  public var zones: [Zone]

  /// Makes a file.
  public init(zones: [Zone]) { self.zones = zones }

  /// Reads a file; nil when a line is of another form.
  public init?(parsing text: String) {
    zones = []
    for line in text.fileLines {
      guard let zone = Zone(line) else { return nil }
      zones.append(zone)
    }
  }

  /// The file's text.
  public var text: String { zones.map { $0.text(width: 6) }.joined() }
}

/// `/proc/pagetypeinfo`: the free blocks by migrate type, and the types of the page blocks.
public struct PageTypeInformation: KernelFormat {
  /// The free blocks of one migrate type in a zone.
  public struct FreeBlocks: Equatable, Sendable {
    /// The number of the node.
    public var node: Int
    /// The zone's name.
    public var zone: String
    /// The migrate type.
    public var type: String
    /// The numbers of free blocks of each order, as they are printed: the kernel stops counting at 100000 with `>`.
    public var counts: [String]

    /// Makes a line.
    public init(node: Int = 0, zone: String, type: String, counts: [String]) {
      self.node = node
      self.zone = zone
      self.type = type
      self.counts = counts
    }
  }

  /// The order of a page block, the unit that has a migrate type.
  public var pageBlockOrder: Int
  /// The first table, zone by zone.
  public var free: [FreeBlocks]
  /// The names of the migrate types.
  public var types: [String]
  /// How many page blocks of each type a zone has.
  public var blocks: [BuddyInformation.Zone]

  /// Makes a file.
  public init(pageBlockOrder: Int, free: [FreeBlocks], types: [String], blocks: [BuddyInformation.Zone]) {
    self.pageBlockOrder = pageBlockOrder
    self.free = free
    self.types = types
    self.blocks = blocks
  }

  private static let blockTitle = "Number of blocks type"

  /// Reads a file; nil when a line is of another form.
  public init?(parsing text: String) {
    let lines = text.fileLines
    guard lines.count > 4, let order = lines[0].words.last.flatMap({ Int($0) }),
      lines[0].hasPrefix("Page block order:")
    else { return nil }
    self.init(pageBlockOrder: order, free: [], types: [], blocks: [])
    for line in lines.dropFirst(4) where !line.isEmpty {
      let words = line.replacing(",", with: " ").split(separator: " ")
      if line.hasPrefix(Self.blockTitle) {
        types = line.dropFirst(Self.blockTitle.count).words.map(String.init)
      } else if line.contains(", type "), words.count > 6, let node = Int(words[1]) {
        free.append(
          FreeBlocks(
            node: node, zone: String(words[3]), type: String(words[5]), counts: words[6...].map(String.init)))
      } else if let zone = BuddyInformation.Zone(line) {
        blocks.append(zone)
      } else {
        return nil
      }
    }
  }

  /// The file's text.
  public var text: String {
    let orders = (0..<(free.first?.counts.count ?? 0)).map { $0.decimal(6) + " " }.joined()
    var text =
      "Page block order: \(pageBlockOrder)\nPages per block:  \(1 << min(max(pageBlockOrder, 0), 30))\n\n"
      + "Free pages count per migrate type at order".alignedLeft(43) + " " + orders + "\n"
    for line in free {
      text +=
        "Node \(line.node.decimal(4)), zone \(line.zone.alignedRight(8)), type \(line.type.alignedRight(12)) "
        + line.counts.map { $0.alignedRight(6) + " " }.joined() + "\n"
    }
    text += "\n" + Self.blockTitle.alignedLeft(23) + types.map { $0.alignedRight(12) + " " }.joined() + "\n"
    return text + blocks.map { $0.text(width: 12) }.joined()
  }
}
