// The format of /proc/zoneinfo.

/// `/proc/zoneinfo`: sizes, marks, counters and per-CPU lists of each zone.
public struct ZoneInformation: KernelFormat {
  /// The page list of one CPU.
  public struct PageSet: Equatable, Sendable {
    /// The number of the CPU.
    public var cpu: Int
    /// How many pages it holds.
    public var count: Int
    /// Its limit.
    public var high: Int
    /// Its batch.
    public var batch: Int
    /// By how many pages the CPU's counters may drift before the zone's are brought up to date.
    public var threshold: Int

    /// Makes a page list.
    public init(cpu: Int, count: Int, high: Int, batch: Int, threshold: Int) {
      self.cpu = cpu
      self.count = count
      self.high = high
      self.batch = batch
      self.threshold = threshold
    }
  }

  /// One zone.
  public struct Zone: Equatable, Sendable {
    /// The number of its node.
    public var node = 0
    /// Its name.
    public var name: String
    /// The node's counters, which only the first zone with memory carries; nil for no such part.
    public var nodeCounters: [CounterTable.Counter]?
    /// Its sizes in pages: free, boost, min, low, high, spanned, present, managed, cma, as the kernel has them.
    public var sizes: [CounterTable.Counter] = []
    /// The lowmem reserve for each class of request, in pages.
    public var protection: [Int] = []
    /// Its counters.
    public var counters: [CounterTable.Counter] = []
    /// The lists of the CPUs; nil for a zone without memory.
    public var pageSets: [PageSet]?
    /// Whether the node is given up as unreclaimable.
    public var isUnreclaimable = false
    /// Its first frame.
    public var startFrame = 0

    /// Makes a zone.
    public init(name: String) { self.name = name }

    /// A size by its name; nil where the kernel prints none.
    public func size(_ name: String) -> Int? { sizes.first { $0.name == name }?.value }

    /// The zone's lines.
    public var text: String {
      var text = "Node \(node), zone \(name.alignedRight(8))"
      if let nodeCounters { text += "\n  per-node stats" + Self.lines(nodeCounters) }
      for (index, size) in sizes.enumerated() {
        text += (index == 0 ? "\n  pages " : "\n        ") + size.name.alignedLeft(8) + " \(size.value)"
      }
      text += "\n        protection: (" + protection.map { String($0) }.joined(separator: ", ") + ")"
      text += Self.lines(counters)
      guard let pageSets else { return text + "\n" }
      text += "\n  pagesets"
      for set in pageSets {
        text += "\n    cpu: \(set.cpu)\n              count: \(set.count)"
        text += "\n              high:  \(set.high)\n              batch: \(set.batch)"
        text += "\n  vm stats threshold: \(set.threshold)"
      }
      return text
        + "\n  node_unreclaimable:  \(isUnreclaimable ? 1 : 0)\n  start_pfn:           \(startFrame)\n"
    }

    private static func lines(_ counters: [CounterTable.Counter]) -> String {
      counters.map { "\n      \($0.name.alignedLeft(12)) \($0.value)" }.joined()
    }
  }

  /// The zones, node by node.
  public var zones: [Zone]

  /// Makes a file.
  public init(zones: [Zone]) { self.zones = zones }

  /// Reads a file; nil when a line is of none of its forms.
  public init?(parsing text: String) {
    zones = []
    var part = Part.sizes
    for line in text.fileLines {
      if line.hasPrefix("Node ") {
        let words = line.words
        guard words.count == 4, let node = Int(words[1].dropLast()) else { return nil }
        var zone = Zone(name: String(words[3]))
        zone.node = node
        zones.append(zone)
        part = .sizes
      } else {
        guard !zones.isEmpty, zones[zones.count - 1].read(line, &part) else { return nil }
      }
    }
  }

  /// The file's text.
  public var text: String { zones.map(\.text).joined() }

  /// The part of a zone's lines that is being read.
  fileprivate enum Part {
    case node, sizes, counters, pageSets
  }
}

extension ZoneInformation.Zone {
  /// Reads one of the zone's lines.
  ///
  /// - Returns: whether it is of a known form.
  fileprivate mutating func read(_ line: Substring, _ part: inout ZoneInformation.Part) -> Bool {
    let words = line.words
    switch words.first {
    case "per-node":
      nodeCounters = []
      part = .node
      return true
    case "pages" where words.count == 3:
      part = .sizes
      return append(words[1], words[2], to: \.sizes)
    case "protection:":
      let numbers = line.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split(separator: ",")
      guard let pages = numbers.map({ $0.drop { $0 == " " } }).numbers else { return false }
      protection = pages
      part = .counters
      return true
    case "pagesets":
      pageSets = []
      part = .pageSets
      return true
    default: return readNumber(words, part)
    }
  }

  private mutating func readNumber(_ words: [Substring], _ part: ZoneInformation.Part) -> Bool {
    guard let name = words.first, let last = words.last, words.count > 1, let value = Int(last) else {
      return false
    }
    switch (part, name) {
    case (.node, _):
      nodeCounters?.append(.init(name: String(name), value: value))
    case (.sizes, _): return append(name, last, to: \.sizes)
    case (.counters, _): return append(name, last, to: \.counters)
    case (.pageSets, "cpu:"):
      pageSets?.append(.init(cpu: value, count: 0, high: 0, batch: 0, threshold: 0))
    case (.pageSets, "node_unreclaimable:"): isUnreclaimable = value != 0
    case (.pageSets, "start_pfn:"): startFrame = value
    case (.pageSets, _): return readPageSet(name, value)
    }
    return true
  }

  private mutating func readPageSet(_ name: Substring, _ value: Int) -> Bool {
    let fields: [Substring: WritableKeyPath<ZoneInformation.PageSet, Int>] = [
      "count:": \.count, "high:": \.high, "batch:": \.batch, "vm": \.threshold,
    ]
    guard let field = fields[name], let position = pageSets?.indices.last else { return false }
    pageSets?[position][keyPath: field] = value
    return true
  }

  private mutating func append(
    _ name: Substring, _ number: Substring, to field: WritableKeyPath<Self, [CounterTable.Counter]>
  ) -> Bool {
    guard let value = Int(number) else { return false }
    self[keyPath: field].append(.init(name: String(name), value: value))
    return true
  }
}
