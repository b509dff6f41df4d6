// The invariants of the heap, checked from outside for tests.

extension MallocState {
  /// Everything that is wrong with the heap, in words; empty for a sound one.
  ///
  /// Every byte of the arena lies in exactly one chunk, every free chunk in exactly one list, neighbours
  /// agree about sizes, no two free chunks adjoin, and bins are in order.
  func invariantViolations() -> [String] {
    var violations: [String] = []
    var previous: HeapChunk?
    var listed = 0
    let broken = walkChunks { chunk in
      violations += check(chunk, after: previous)
      switch chunk.state {
      case .inUse, .threadCacheStructure, .threadVector, .top, .fencepost: break
      default: listed += 1
      }
      previous = chunk.state == .top ? nil : chunk
      return true
    }
    // A heap that nobody else moved the break of is one stretch from its start to the end of top.
    if mainArena.stretches.count == 1, mainArena.top != 0, broken == nil,
      mainArena.top &+ word(at: mainArena.top &+ layout.wordSize) & ~ChunkFlags.all != firstBreak
        &+ mainArena.systemBytes
    {
      violations.append("top does not end where the heap does")
    }
    if let broken { violations.append("chunk \(hex(broken)) has no sensible size") }
    let onLists = countListed(&violations)
    if listed != onLists { violations.append("\(listed) chunks are listed, lists hold \(onLists)") }
    return violations
  }

  private func hex(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }

  private func check(_ chunk: HeapChunk, after previous: HeapChunk?) -> [String] {
    var violations: [String] = []
    let name = hex(chunk.address)
    if memory.lastStart(upTo: chunk.address) != chunk.address {
      violations.append("chunk \(name) is not noted as a start")
    }
    if chunk.state != .fencepost,
      memory.lastStart(upTo: chunk.address &+ chunk.size &- 1) != chunk.address
    {
      violations.append("a start is noted inside chunk \(name)")
    }
    if let previous, previous.address &+ previous.size == chunk.address {
      let field = word(at: chunk.address &+ layout.wordSize)
      let saysFree = field & ChunkFlags.previousInUse == 0
      if saysFree != previous.state.isMerged {
        violations.append("chunk \(name) is wrong about its predecessor being free")
      }
      if saysFree, word(at: chunk.address) != previous.size {
        violations.append("chunk \(name) has a wrong previous size")
      }
      if previous.state.isMerged, chunk.state.isMerged || chunk.state == .top {
        violations.append("free chunk \(hex(previous.address)) adjoins free chunk \(name)")
      }
    }
    return violations
  }

  /// Counts the chunks on all lists and checks each list.
  private func countListed(_ violations: inout [String]) -> Int {
    var count = 0
    for (number, thread) in livingThreads where thread.cache != 0 {
      for bin in 0..<threadCacheBinCount {
        let chunks = threadCacheChunks(bin, of: thread.cache)
        count += chunks.count
        let offset = UInt64(bin * 2)
        let word = word(at: thread.cache &+ offset)
        var noted = word >> ((offset & (layout.wordSize - 1)) * 8) & 0xffff
        if rules.countsFreeSlots { noted = parameters.threadCacheDepth &- noted }
        if noted != UInt64(chunks.count) {
          violations.append("thread cache bin \(bin) of thread \(number) counts \(noted)")
        }
      }
    }
    for number in arenas.indices {
      let arena = arena(number)
      for index in arena.fastBinHeads.indices { count += fastBinChunks(index, ofArena: number).count }
      guard isInitialized else { continue }
      for bin in 1..<MallocLayout.binCount {
        let chunks = binChunks(bin, ofArena: number)
        count += chunks.count
        violations += check(bin: bin, chunks, of: arena)
      }
      violations += check(arena, number)
    }
    return count
  }

  /// What is wrong with an arena's heaps and with who uses it.
  private func check(_ arena: Arena, _ number: Int) -> [String] {
    var violations: [String] = []
    let users = livingThreads.count { $0.thread.arena == number }
    if users != arena.threadCount {
      violations.append("arena \(number) has \(users) threads and counts \(arena.threadCount)")
    }
    if freeArenas.contains(number), users > 0 { violations.append("arena \(number) is used and free") }
    guard !arena.isMain else { return violations }
    if let last = arena.heaps.last, arena.top &+ notedSize(of: arena.top) != last.end {
      violations.append("top of arena \(number) does not end where its last heap does")
    }
    if arena.heaps.contains(where: { $0.size > $0.accessibleSize }) {
      violations.append("a heap of arena \(number) uses more than it can access")
    }
    return violations
  }

  private func check(bin: Int, _ chunks: [UInt64], of arena: Arena) -> [String] {
    var violations: [String] = []
    var previous = binAddress(bin, of: arena)
    var previousSize = UInt64.max
    for chunk in chunks {
      let size = word(at: chunk &+ layout.wordSize) & ~ChunkFlags.all
      if word(at: chunk &+ 3 * layout.wordSize) != previous {
        violations.append("chunk \(hex(chunk)) in bin \(bin) has a wrong backward link")
      }
      if bin > 1, layout.bin(forSize: size) != bin {
        violations.append("chunk \(hex(chunk)) of \(size) bytes is in bin \(bin)")
      }
      if bin > 1, !layout.isSmall(size) {
        if size > previousSize { violations.append("bin \(bin) is not in order of size") }
        let isFirst = size != previousSize
        if isFirst != (word(at: chunk &+ 4 * layout.wordSize) != 0) {
          violations.append("chunk \(hex(chunk)) is wrongly on or off the list of sizes")
        }
      }
      previous = chunk
      previousSize = size
    }
    if bin > 1, !chunks.isEmpty, arena.binMap.first(from: bin) != bin {
      violations.append("bin \(bin) is not marked in the map")
    }
    return violations
  }
}
