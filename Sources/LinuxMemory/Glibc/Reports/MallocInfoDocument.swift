// The XML document that malloc_info(3) writes.

/// Free chunks of one list, as a `<size>` or `<unsorted>` element tells of them.
private struct SizeElement {
  var name: String
  var from: UInt64 = .max
  var to: UInt64 = 0
  var total: UInt64 = 0
  var count: UInt64 = 0

  var text: String {
    "  <\(name) from=\"\(from)\" to=\"\(to)\" total=\"\(total)\" count=\"\(count)\"/>\n"
  }
}

extension MallocState {
  /// malloc_info(3): the document for a process with one arena.
  ///
  /// Chunks in the thread cache are not mentioned. A bin's sizes have the flag bit that the word of the
  /// header has, so that they are odd, and so is their total; those of fastbins are sizes.
  ///
  /// - Parameter options: Must be 0.
  /// - Returns: The document; `EINVAL`, which is then also what the call returns, for other options.
  package mutating func informationDocument(
    options: Int32, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Result<String, ErrorNumber> {
    guard options == 0 else { return .failure(.EINVAL) }
    try initializeIfNeeded(&kernel)
    let fast = try fastBinElements(&kernel)
    let unsorted = try binElement(1, &kernel)
    var bins: [SizeElement] = []
    for index in 2..<MallocLayout.binCount { bins.append(try binElement(index, &kernel)) }
    let rest = [unsorted] + bins
    let totals =
      Self.total("fast", fast.reduce(0) { $0 &+ $1.count }, fast.reduce(0) { $0 &+ $1.total })
      + Self.total(
        "rest", rest.reduce(1) { $0 &+ $1.count },
        rest.reduce(try topSize(&kernel)) { $0 &+ $1.total })
    let system =
      "<system type=\"current\" size=\"\(systemBytes)\"/>\n<system type=\"max\" size=\"\(mostSystemBytes)\"/>\n"
    let addressSpace =
      "<aspace type=\"total\" size=\"\(systemBytes)\"/>\n<aspace type=\"mprotect\" size=\"\(systemBytes)\"/>\n"
    let sizes = (fast + bins + [unsorted]).filter { $0.count > 0 }.map(\.text).joined()
    return .success(
      "<malloc version=\"1\">\n<heap nr=\"0\">\n<sizes>\n\(sizes)</sizes>\n\(totals)\(system)\(addressSpace)"
        + "</heap>\n\(totals)\(Self.total("mmap", UInt64(max(0, mappings.count)), mappings.bytes))\(system)"
        + "\(addressSpace)</malloc>\n")
  }

  private static func total(_ type: String, _ count: UInt64, _ size: UInt64) -> String {
    "<total type=\"\(type)\" count=\"\(count)\" size=\"\(size)\"/>\n"
  }

  private mutating func fastBinElements(
    _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> [SizeElement] {
    var elements: [SizeElement] = []
    for head in fastBinHeads where head != 0 {
      let size = try size(head, &kernel)
      var element = SizeElement(name: "size", from: size &- (layout.alignment - 1), to: size)
      var chunk = head
      while chunk != 0 {
        try require(layout.misalignment(ofChunk: chunk) == 0, .informationUnaligned, &kernel)
        element.count += 1
        try checkProgress(element.count, &kernel)
        chunk = try fastBinLink(chunk, &kernel)
      }
      element.total = element.count &* size
      elements.append(element)
    }
    return elements
  }

  private mutating func binElement(
    _ index: Int, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> SizeElement {
    let bin = binAddress(index)
    var element = SizeElement(name: index == 1 ? "unsorted" : "size")
    var chunk = try forward(bin, &kernel)
    while chunk != bin {
      let field = try sizeField(chunk, &kernel)
      element.count += 1
      element.total = element.total &+ field
      element.from = min(element.from, field)
      element.to = max(element.to, field)
      try checkProgress(element.count, &kernel)
      chunk = try forward(chunk, &kernel)
    }
    return element
  }
}
