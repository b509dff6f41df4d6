// The format of /proc/vmallocinfo.

/// `/proc/vmallocinfo`: what the kernel has mapped in its own address space.
public struct VmallocInformation: KernelFormat {
  /// One area.
  public struct Area: Equatable, Sendable {
    /// What an area is for; the last word or words of its line.
    public enum Kind: String, Sendable {
      /// Device registers (ioremap).
      case ioremap
      /// Separate pages made contiguous (vmalloc).
      case vmalloc
      /// Pages of somebody else mapped (vmap).
      case vmap
      /// Unmapped, but not yet given out again.
      case unpurged = "unpurged vm_area"
    }

    /// The first address.
    public var start: UInt64
    /// The address behind the area, guard page included.
    public var end: UInt64
    /// Who asked for it, as `function+0xOFFSET/0xSIZE`; nil when it has no caller.
    public var caller: String?
    /// How many pages lie behind it; nil where the kernel prints none.
    public var pages: Int?
    /// The physical address of an ioremap area.
    public var physicalAddress: UInt64?
    /// What it is for.
    public var kind: Kind
    /// Whether the list of its pages is so long that it lies in a vmalloc area itself (`vpages`).
    public var hasVirtualPageList = false

    /// Makes an area.
    public init(
      start: UInt64, end: UInt64, caller: String? = nil, pages: Int? = nil, physicalAddress: UInt64? = nil,
      kind: Kind, hasVirtualPageList: Bool = false
    ) {
      self.start = start
      self.end = end
      self.caller = caller
      self.pages = pages
      self.physicalAddress = physicalAddress
      self.kind = kind
      self.hasVirtualPageList = hasVirtualPageList
    }

    /// Reads a line.
    init?(_ line: Substring) {
      let fields = line.words
      guard fields.count > 2 else { return nil }
      let ends = fields[0].split(separator: "-").map { UInt64($0.dropFirst(2), radix: 16) }
      let words = fields.dropFirst(2)
      let kind =
        line.hasSuffix(Kind.unpurged.rawValue)
        ? .unpurged : words.lazy.compactMap { Kind(rawValue: String($0)) }.first
      guard ends.count == 2, let start = ends[0], let end = ends[1], let kind else { return nil }
      func value(_ key: String) -> Substring? {
        words.first { $0.hasPrefix(key + "=") }.map { $0.dropFirst(key.count + 1) }
      }
      self.init(
        start: start, end: end, caller: words.first { $0.contains("+0x") }.map(String.init),
        pages: value("pages").flatMap { Int($0) },
        physicalAddress: value("phys").flatMap { UInt64($0.dropFirst(2), radix: 16) }, kind: kind,
        hasVirtualPageList: words.contains("vpages"))
    }

    /// The line with its newline.
    ///
    /// - Parameters:
    ///   - addressDigits: 16 on a 64-bit machine, 8 on a 32-bit one.
    ///   - showsNodes: whether the kernel was built for NUMA and tells each node's pages.
    public func text(addressDigits: Int, showsNodes: Bool) -> String {
      var line = "0x\(start.hexadecimal(addressDigits))-0x\(end.hexadecimal(addressDigits)) "
      line += (end &- start).decimal(7)
      if let caller { line += " " + caller }
      if let pages { line += " pages=\(pages)" }
      if let physicalAddress { line += " phys=0x\(physicalAddress.hexadecimal(addressDigits))" }
      line += " " + kind.rawValue
      if hasVirtualPageList { line += " vpages" }
      if showsNodes, let pages, pages > 0 { line += " N0=\(pages)" }
      return line + "\n"
    }
  }

  /// The areas by address, and behind them what is unmapped but not yet free.
  public var areas: [Area]
  /// How many digits an address has: 16 on a 64-bit machine, 8 on a 32-bit one.
  public var addressDigits: Int
  /// Whether the kernel was built for NUMA and tells each node's pages.
  public var showsNodes: Bool

  /// Makes a file.
  public init(areas: [Area], addressDigits: Int, showsNodes: Bool) {
    self.areas = areas
    self.addressDigits = addressDigits
    self.showsNodes = showsNodes
  }

  /// Reads a file; nil when a line is of another form.
  public init?(parsing text: String) {
    let lines = text.fileLines
    let digits = lines.first?.firstIndex(of: "-").map {
      lines[0].distance(from: lines[0].startIndex, to: $0) - 2
    }
    self.init(areas: [], addressDigits: digits ?? 16, showsNodes: text.contains(" N0="))
    for line in lines {
      guard let area = Area(line) else { return nil }
      areas.append(area)
    }
  }

  /// The file's text.
  public var text: String {
    areas.map { $0.text(addressDigits: addressDigits, showsNodes: showsNodes) }.joined()
  }
}
