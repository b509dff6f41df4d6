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

/// The figures behind the sizes of a heap, or of all together.
private struct HeapFigures {
  /// Chunks in fastbins; nil where there are none.
  var fast: (count: UInt64, size: UInt64)?
  var rest = (count: UInt64(0), size: UInt64(0))
  /// Chunks with mappings of their own, which only the sum has.
  var mapped: (count: UInt64, size: UInt64)?
  var system = (current: UInt64(0), most: UInt64(0))
  var space = (total: UInt64(0), accessible: UInt64(0))

  mutating func add(_ other: HeapFigures) {
    if let part = other.fast { fast = ((fast?.count ?? 0) &+ part.count, (fast?.size ?? 0) &+ part.size) }
    rest = (rest.count &+ other.rest.count, rest.size &+ other.rest.size)
    system = (system.current &+ other.system.current, system.most &+ other.system.most)
    space = (space.total &+ other.space.total, space.accessible &+ other.space.accessible)
  }

  var text: String {
    func total(_ type: String, _ part: (count: UInt64, size: UInt64)) -> String {
      "<total type=\"\(type)\" count=\"\(part.count)\" size=\"\(part.size)\"/>\n"
    }
    return (fast.map { total("fast", $0) } ?? "") + total("rest", rest)
      + (mapped.map { total("mmap", $0) } ?? "")
      + "<system type=\"current\" size=\"\(system.current)\"/>\n<system type=\"max\" size=\"\(system.most)\"/>\n"
      + "<aspace type=\"total\" size=\"\(space.total)\"/>\n<aspace type=\"mprotect\" size=\"\(space.accessible)\"/>\n"
  }
}

extension MallocState {
  /// malloc_info(3): the document with the heaps of all arenas.
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
    // A table of sizes, and what fprintf needs.
    try touchStack(pages: 0..<(rules.printsFromStack ? 2 : 1), &kernel)
    var text = "<malloc version=\"1\">\n"
    var sum = HeapFigures()
    for (place, number) in arenaOrder.enumerated() {
      enter(number)
      let (sizes, figures) = try heapElement(&kernel)
      text += "<heap nr=\"\(place)\">\n<sizes>\n\(sizes)</sizes>\n\(figures.text)"
      if !arena.isMain { text += "<aspace type=\"subheaps\" size=\"\(arena.heaps.count)\"/>\n" }
      text += "</heap>\n"
      sum.add(figures)
    }
    sum.mapped = (UInt64(max(0, mappings.count)), mappings.bytes)
    return .success("\(text)\(sum.text)</malloc>\n")
  }

  /// The sizes of the free chunks of the arena that is worked on, and its figures.
  private mutating func heapElement(
    _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> (sizes: String, HeapFigures) {
    let fast = try fastBinElements(&kernel)
    let unsorted = try binElement(1, &kernel)
    var bins: [SizeElement] = []
    for index in 2..<MallocLayout.binCount { bins.append(try binElement(index, &kernel)) }
    let rest = [unsorted] + bins
    var figures = HeapFigures()
    if rules.hasFastBins {
      figures.fast = (fast.reduce(0) { $0 &+ $1.count }, fast.reduce(0) { $0 &+ $1.total })
    }
    let topSize = try topSize(&kernel)
    figures.rest = (
      rest.reduce(1) { $0 &+ $1.count }, rest.reduce(topSize) { $0 &+ $1.total }
    )
    figures.system = (arena.systemBytes, arena.mostSystemBytes)
    figures.space =
      arena.isMain
      ? (arena.systemBytes, arena.systemBytes)
      : arena.heaps.reduce((0, 0)) { ($0.0 &+ $1.size, $0.1 &+ $1.accessibleSize) }
    return ((fast + bins + [unsorted]).filter { $0.count > 0 }.map(\.text).joined(), figures)
  }

  private mutating func fastBinElements(
    _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> [SizeElement] {
    var elements: [SizeElement] = []
    for head in arena.fastBinHeads where head != 0 {
      let size = try size(head, &kernel)
      var element = SizeElement(name: "size", from: size &- (layout.alignment - 1), to: size)
      var chunk = head
      while chunk != 0 {
        try requireAligned(layout.misalignment(ofChunk: chunk) == 0, .informationUnaligned, &kernel)
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
