// The pages that the kernel itself needs for a process.

/// Blocks of pages behind a process: its kernel stack and the root of its page table.
struct ProcessKernelPages: Equatable, Sendable, Codable {
  /// One block.
  struct Block: Equatable, Sendable, Codable {
    /// Its first frame.
    var frame: FrameNumber
    /// The base-2 logarithm of its pages.
    var order: Int
  }

  /// The blocks in the order in which they were taken and are freed.
  var blocks: [Block] = []

  /// How large the blocks are.
  ///
  /// On x86_64 the stack is four single pages joined by vmalloc (CONFIG_VMAP_STACK), and the root of the page
  /// table is two pages, one for user space and one for the kernel (CONFIG_PAGE_TABLE_ISOLATION). With 32 bits
  /// the stack is one block and the root one page.
  static func orders(_ profile: ArchitectureProfile) -> [Int] {
    let stackPages = profile.kernelStackSize / profile.pageSize
    return profile.hasMappedStacks
      ? Array(repeating: 0, count: stackPages) + [1] : [0, stackPages.trailingZeroBitCount]
  }
}

extension ProcessKernelPages {
  /// How large the blocks of a stack are.
  static func stackOrders(_ profile: ArchitectureProfile) -> [Int] {
    profile.hasMappedStacks ? orders(profile).dropLast() : Array(orders(profile).dropFirst())
  }

  /// The blocks of the stack.
  func stackBlocks(_ profile: ArchitectureProfile) -> ArraySlice<Block> {
    // Whoever lost the root to khugepaged has no stack left either.
    profile.hasMappedStacks ? blocks.dropLast() : blocks.dropFirst()
  }

  /// Takes the root of the page table out of the blocks.
  mutating func takeRoot(_ profile: ArchitectureProfile) -> Block? {
    guard !blocks.isEmpty else { return nil }
    return profile.hasMappedStacks ? blocks.removeLast() : blocks.removeFirst()
  }
}
