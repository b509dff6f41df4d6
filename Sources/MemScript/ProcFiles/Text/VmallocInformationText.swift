// The format of /proc/vmallocinfo.

/// One area as `/proc/vmallocinfo` prints it.
struct VmallocInformationLine: Equatable {
  /// What an area is for; the last word or words of its line.
  enum Kind: String {
    /// Device registers (ioremap).
    case ioremap
    /// Separate pages made contiguous (vmalloc).
    case vmalloc
    /// Pages of somebody else mapped (vmap).
    case vmap
    /// Unmapped, but not yet given out again.
    case unpurged = "unpurged vm_area"
  }

  /// The first address and the one behind the area, guard page included.
  var start: UInt64, end: UInt64
  /// Who asked for it, as `function+0xOFFSET/0xSIZE`; nil when it has no caller.
  var caller: String?
  /// How many pages lie behind it; nil where the kernel prints none.
  var pages: Int?
  /// The physical address of an ioremap area.
  var physicalAddress: UInt64?
  /// What it is for.
  var kind: Kind
  /// Whether the list of its pages is so long that it lies in a vmalloc area itself (`vpages`).
  var hasVirtualPageList = false

  /// The line with its newline.
  ///
  /// - Parameters:
  ///   - addressDigits: 16 on a 64-bit machine, 8 on a 32-bit one.
  ///   - physicalDigits: the hexadecimal digits of a physical address.
  ///   - showsNodes: whether the kernel was built for NUMA and tells each node's pages.
  func text(addressDigits: Int, physicalDigits: Int, showsNodes: Bool) -> String {
    var line = "0x\(start.hexadecimal(addressDigits))-0x\(end.hexadecimal(addressDigits)) "
    line += (end &- start).decimal(7)
    if let caller { line += " " + caller }
    if let pages { line += " pages=\(pages)" }
    if let physicalAddress { line += " phys=0x\(physicalAddress.hexadecimal(physicalDigits))" }
    line += " " + kind.rawValue
    if hasVirtualPageList { line += " vpages" }
    if showsNodes, let pages, pages > 0 { line += " N0=\(pages)" }
    return line + "\n"
  }
}
