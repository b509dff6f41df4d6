// What mallinfo2(3) and malloc_stats(3) report.

/// The fields of `struct mallinfo2`, under their own names; sizes in bytes.
public struct MallocInformation: Equatable, Sendable {
  /// Bytes of the heap.
  public var arena: UInt64 = 0
  /// The number of free chunks that are not in fastbins, top included.
  public var ordblks: UInt64 = 0
  /// The number of chunks in fastbins.
  public var smblks: UInt64 = 0
  /// The number of mapped chunks.
  public var hblks: UInt64 = 0
  /// Bytes of mapped chunks.
  public var hblkhd: UInt64 = 0
  /// Always 0.
  public var usmblks: UInt64 = 0
  /// Bytes in fastbins.
  public var fsmblks: UInt64 = 0
  /// Bytes in use; chunks in the thread cache count as such.
  public var uordblks: UInt64 = 0
  /// Bytes free.
  public var fordblks: UInt64 = 0
  /// Bytes of top, the most that a trim could give back.
  public var keepcost: UInt64 = 0
}

extension MallocState {
  /// mallinfo2(3); the calls read every free chunk's header, as glibc does.
  package mutating func information(
    kernel: inout some MallocKernel
  ) throws(FatalSignal) -> MallocInformation {
    try initializeIfNeeded(&kernel)
    var information = MallocInformation()
    let topSize = try topSize(&kernel)
    for head in fastBinHeads {
      var chunk = head
      while chunk != 0 {
        try require(layout.misalignment(ofChunk: chunk) == 0, .statisticsUnaligned, &kernel)
        information.smblks += 1
        information.fsmblks &+= try size(chunk, &kernel)
        try checkProgress(information.smblks, &kernel)
        chunk = try fastBinLink(chunk, &kernel)
      }
    }
    information.ordblks = 1
    information.fordblks = topSize &+ information.fsmblks
    for index in 1..<MallocLayout.binCount {
      let bin = binAddress(index)
      var chunk = try backward(bin, &kernel)
      while chunk != bin {
        information.ordblks += 1
        information.fordblks &+= try size(chunk, &kernel)
        try checkProgress(information.ordblks, &kernel)
        chunk = try backward(chunk, &kernel)
      }
    }
    information.arena = systemBytes
    information.uordblks = systemBytes &- information.fordblks
    if let spareArena {
      information.arena &+= spareArena.systemBytes
      information.ordblks += 1
      information.fordblks &+= spareArena.topSize
      information.uordblks &+= spareArena.systemBytes &- spareArena.topSize
    }
    // The count is an int that misuse can bring below zero.
    information.hblks = UInt64(bitPattern: Int64(mappings.count)) & layout.addressMask
    information.hblkhd = mappings.bytes
    information.keepcost = topSize
    return information
  }

  /// The text that malloc_stats(3) writes to standard error, with its unsigned 32-bit figures.
  package mutating func statisticsText(
    kernel: inout some MallocKernel
  ) throws(FatalSignal) -> String {
    let information = try information(kernel: &kernel)
    let inUse = information.uordblks
    let figures: [(String, UInt64)] = [
      ("system bytes     =", information.arena), ("in use bytes     =", inUse),
      ("system bytes     =", information.arena &+ mappings.bytes),
      ("in use bytes     =", inUse &+ mappings.bytes),
      ("max mmap regions =", UInt64(max(0, mappings.mostCount))),
    ]
    var lines = figures.map { $0.0 + " " + Self.padded(UInt64(UInt32(truncatingIfNeeded: $0.1))) }
    lines.append("max mmap bytes   = " + Self.padded(mappings.mostBytes))
    lines.insert("Arena 0:", at: 0)
    lines.insert("Total (incl. mmap):", at: 3)
    return lines.map { $0 + "\n" }.joined()
  }

  private static func padded(_ number: UInt64) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, 10 - digits.count)) + digits
  }
}
