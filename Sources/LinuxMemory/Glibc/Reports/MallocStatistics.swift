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

  /// Cuts every field to 32 bits, as `struct mallinfo` has them.
  mutating func narrow() {
    func cut(_ figure: inout UInt64) { figure &= 0xffff_ffff }
    cut(&arena)
    cut(&ordblks)
    cut(&smblks)
    cut(&hblks)
    cut(&hblkhd)
    cut(&fsmblks)
    cut(&uordblks)
    cut(&fordblks)
    cut(&keepcost)
  }
}

extension MallocState {
  /// mallinfo2(3); the calls read every free chunk's header, as glibc does.
  package mutating func information(
    kernel: inout some MallocKernel
  ) throws(FatalSignal) -> MallocInformation {
    try initializeIfNeeded(&kernel)
    var sum = MallocInformation()
    for number in arenaOrder {
      enter(number)
      let part = try arenaInformation(&kernel)
      sum.arena &+= part.arena
      sum.ordblks &+= part.ordblks
      sum.smblks &+= part.smblks
      sum.fsmblks &+= part.fsmblks
      sum.uordblks &+= part.uordblks
      sum.fordblks &+= part.fordblks
      if number == 0 { sum.keepcost = part.keepcost }
    }
    // The count is an int that misuse can bring below zero.
    sum.hblks = UInt64(bitPattern: Int64(mappings.count)) & layout.addressMask
    sum.hblkhd = mappings.bytes
    if !rules.hasWideInformation { sum.narrow() }
    return sum
  }

  /// What mallinfo2 counts of the arena that is worked on.
  private mutating func arenaInformation(
    _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> MallocInformation {
    var information = MallocInformation()
    let topSize = try topSize(&kernel)
    for head in arena.fastBinHeads {
      var chunk = head
      while chunk != 0 {
        try requireAligned(layout.misalignment(ofChunk: chunk) == 0, .statisticsUnaligned, &kernel)
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
    information.arena = arena.systemBytes
    information.uordblks = arena.systemBytes &- information.fordblks
    information.keepcost = topSize
    return information
  }

  /// The text that malloc_stats(3) writes to standard error, with its unsigned 32-bit figures.
  package mutating func statisticsText(
    kernel: inout some MallocKernel
  ) throws(FatalSignal) -> String {
    try initializeIfNeeded(&kernel)
    // Standard error has no buffer of its own: fprintf's lies deeper, and with 64 bits nothing is written on the way.
    if rules.printsFromStack { try touchStack(pages: layout.wordSize == 8 ? 2..<3 : 0..<3, &kernel) }
    var text = ""
    func add(_ label: String, _ figure: UInt64) { text += "\(label) \(Self.padded(figure))\n" }
    func narrow(_ figure: UInt64) -> UInt64 { UInt64(UInt32(truncatingIfNeeded: figure)) }
    var total = (system: mappings.bytes, inUse: mappings.bytes)
    for (place, number) in arenaOrder.enumerated() {
      enter(number)
      let part = try arenaInformation(&kernel)
      text += "Arena \(place):\n"
      add("system bytes     =", narrow(part.arena))
      add("in use bytes     =", narrow(part.uordblks))
      total = (total.system &+ part.arena, total.inUse &+ part.uordblks)
    }
    text += "Total (incl. mmap):\n"
    add("system bytes     =", narrow(total.system))
    add("in use bytes     =", narrow(total.inUse))
    add("max mmap regions =", narrow(UInt64(max(0, mappings.mostCount))))
    add("max mmap bytes   =", mappings.mostBytes)
    return text
  }

  private static func padded(_ number: UInt64) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, 10 - digits.count)) + digits
  }
}
