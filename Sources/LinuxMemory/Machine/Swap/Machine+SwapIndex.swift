// The kernel memory in which swap slots are looked up.

extension Machine {
  /// Brings the nodes of the swap cache's index in step with the slots in use (`add_to_swap_cache`): one for every
  /// 64 slots, which remembers pages in memory and, after those left, when they did.
  ///
  /// The nodes are taken without waiting for memory, in the middle of reclaim. Where none can be had the page would
  /// stay in memory for once; the next one finds a node.
  mutating func fitSwapIndex() {
    let wanted = (swap.usedSlots + Self.slotsPerNode - 1) / Self.slotsPerNode
    guard wanted != reclaim.swapIndexNodes.count,
      let cache = slab.caches.firstIndex(where: { $0?.name == "radix_tree_node" })
    else { return }
    quietly { $0.resizeSwapIndex(to: wanted, cache) }
  }

  private mutating func resizeSwapIndex(to wanted: Int, _ cache: Int) {
    while reclaim.swapIndexNodes.count < wanted {
      let flags: GFPFlags = [.__GFP_HIGH, .__GFP_NOMEMALLOC, .__GFP_NOWARN]
      guard case .success(let node) = allocateObject(cache, requested: 0, flags) else { break }
      reclaim.swapIndexNodes.append(node)
    }
    while reclaim.swapIndexNodes.count > wanted, let node = reclaim.swapIndexNodes.popLast() {
      putQuietly(node)
    }
  }

  /// Slots that one node covers (`XA_CHUNK_SIZE`).
  private static var slotsPerNode: Int { 64 }
}
