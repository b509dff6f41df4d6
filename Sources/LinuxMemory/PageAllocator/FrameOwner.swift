// For whom frames leave the page allocator.

/// Who holds frames: for what, and in the name of which group of processes.
package struct FrameOwner: Hashable, Sendable {
  /// What frames are held for. What each kind holds can be counted from outside, frame by frame.
  package enum Kind: Int, CaseIterable, Sendable, Codable {
    /// Memory of processes' own: in page tables, in the swap cache, and what is left of huge pages that are mapped
    /// page by page.
    case anonymous
    /// The page cache.
    case file
    /// Memory that processes share.
    case shared
    /// Tables of page tables of processes.
    case pageTable
    /// The kernel's own pages for a process: its stack and the root of its page table.
    case process
    /// Slabs and large blocks of the slab allocator.
    case slab
    /// Pages of the vmalloc area and the tables under it.
    case vmalloc
    /// Everything else that the kernel took.
    case kernel
    /// Taken off the free lists by compaction, which has not moved anything there yet.
    case isolated

    /// Whether the frames serve the kernel itself, not a process or a file.
    var isKernels: Bool {
      switch self {
      case .anonymous, .file, .shared: false
      case .pageTable, .process, .slab, .vmalloc, .kernel, .isolated: true
      }
    }
  }

  /// What for.
  package let kind: Kind
  /// In whose name.
  package let group: MemoryGroup

  /// Names an owner.
  package init(_ kind: Kind, of group: MemoryGroup = .root) {
    self.kind = kind
    self.group = group
  }

  static let anonymous = FrameOwner(.anonymous)
  static let file = FrameOwner(.file)
  static let shared = FrameOwner(.shared)
  static let pageTable = FrameOwner(.pageTable)
  static let process = FrameOwner(.process)
  static let slab = FrameOwner(.slab)
  static let vmalloc = FrameOwner(.vmalloc)
  static let kernel = FrameOwner(.kernel)
  static let isolated = FrameOwner(.isolated)
}
