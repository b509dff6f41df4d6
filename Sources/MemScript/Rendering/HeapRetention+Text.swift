// Why memory does not come back after free, in words.

import LinuxMemory

extension HeapRetention {
  /// The sentence for one reason, without a full stop.
  ///
  /// - Parameter forecast: What malloc_trim(0) would give back.
  func sentence(_ forecast: TrimForecast) -> String {
    switch self {
    case .pinned(let chunk, let freeBelow):
      let isResident = forecast.residentBytes > 0
      return (isResident ? "RSS" : "the break") + " stays: chunk \(addressText(chunk.address)) of "
        + "\(chunk.size) bytes \(chunk.state.role) sits under top; \(byteCountText(freeBelow)) free below it, "
        + (isResident ? "" : "no whole resident page in any hole: ") + forecast.words
    case .topBelowThreshold(let top, let threshold, let isRaised):
      let raise = isRaised ? ", raised when a mapped chunk was freed" : ""
      return "top of \(byteCountText(top)) stays: below the trim threshold "
        + "(\(thresholdText(threshold))\(raise))"
    case .topIsPadding(let top, let padding):
      return "top of \(byteCountText(top)) stays: trimming leaves top_pad (\(byteCountText(padding))) of it"
    case .topWaitsForLargeFree(let top, let threshold):
      return
        "top of \(byteCountText(top)) has reached the trim threshold, but waits: only a free that merges "
        + "\(byteCountText(threshold)) or more looks"
    case .threadCache(let count, let bytes):
      return
        "tcache: \(chunkCountText(count)) (\(byteCountText(bytes))) freed but kept for the next malloc of "
        + "the size; \(count == 1 ? "it counts" : "they count") as in use and merge\(count == 1 ? "s" : "") "
        + "with nothing"
    case .fastBins(let count, let bytes):
      return
        "fastbins: \(chunkCountText(count)) (\(byteCountText(bytes))) freed but not merged until a large "
        + "malloc or free, mallopt or malloc_trim consolidates"
    case .otherArenas(let count, let inChunks, let inTops):
      let places = [
        inChunks > 0 ? "\(byteCountText(inChunks)) in free chunks, which malloc_trim(0) returns" : nil,
        inTops > 0 ? "\(byteCountText(inTops)) at the end of their heaps, which it leaves" : nil,
      ].compactMap { $0 }
      return
        "\(count == 1 ? "an arena" : "\(count) arenas") beside the main one \(count == 1 ? "keeps" : "keep") "
        + "\(byteCountText(inChunks + inTops)) in RSS that nobody uses: \(places.joined(separator: ", ")); a thread "
        + "allocates in its own arena, and what is freed there serves no other: MALLOC_ARENA_MAX limits them"
    case .breakMovedByOthers(let heapEnd, let programBreak):
      return
        "the break (\(addressText(programBreak))) is not at the heap's end (\(addressText(heapEnd))): the "
        + "program moved it, so glibc cannot lower it"
    case .topInMapping(let address):
      return
        "top lies in a mapping at \(addressText(address)), made when the kernel refused to move the break: "
        + "it is never trimmed"
    }
  }
}

extension TrimForecast {
  /// What the call would do.
  var words: String {
    residentBytes == 0
      ? "malloc_trim(0) would return no RSS"
      : "malloc_trim(0) would return \(byteCountText(residentBytes))"
  }
}

extension HeapChunkState {
  /// What a chunk is that counts as in use.
  fileprivate var role: String {
    switch self {
    case .threadCache: "in the tcache"
    case .fastBin: "in a fastbin"
    case .threadCacheStructure: "that holds the tcache's lists"
    case .threadVector: "that holds a thread's table of local variables"
    case .fencepost: "that fences a gap"
    case .inUse, .unsorted, .smallBin, .largeBin, .top: "in use"
    }
  }
}

/// `1 chunk`, `2 chunks`.
func chunkCountText(_ count: Int) -> String { count == 1 ? "1 chunk" : "\(count) chunks" }

/// A threshold; the largest there is means never.
func thresholdText(_ bytes: UInt64) -> String {
  bytes >= UInt64(Int64.max) ? "never: M_TRIM_THRESHOLD is -1" : byteCountText(bytes)
}
