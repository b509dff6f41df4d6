// Reading single lines of reports: the state of memory, groups and tasks.

extension ReportLine {
  // MARK: Nodes and zones

  static func node(_ body: ArraySlice<UInt8>) -> ReportLine? {
    var cursor = TextCursor(body)
    if cursor.take("Node ") {
      guard let node = cursor.integer() else { return nil }
      cursor.skipSpaces()
      if cursor.rest.starts(with: "hugepages_total=") { return hugePages(cursor.rest, node: node) }
      if cursor.rest.starts(with: "active_anon:") || cursor.rest.starts(with: "Active:") {
        return .node(node, MessageAmounts(reading: cursor.rest).kilobytes)
      }
      return zone(cursor.rest, node: node)
    }
    return zoneOfOldKernel(body, name: body.prefixOfLetters)
  }

  /// A zone's line without the number of a node, as kernels print it that know one node only.
  static func zoneOfOldKernel(_ body: ArraySlice<UInt8>, name: ArraySlice<UInt8>) -> ReportLine? {
    ["DMA", "DMA32", "Normal", "HighMem", "Movable"].contains(name.text) ? zone(body, node: 0) : nil
  }

  private static func zone(_ body: ArraySlice<UInt8>, node: Int) -> ReportLine? {
    let name = body.prefixOfLetters
    var cursor = TextCursor(body[name.endIndex...])
    guard !name.isEmpty else { return nil }
    if cursor.take(": ") {
      return FreeBlockCounts(reading: cursor.rest).map { .freeBlocks(node: node, zone: name.text, $0) }
    }
    guard cursor.take(" free:") else { return nil }
    return .zone(node: node, name: name.text, MessageAmounts(reading: body[(name.endIndex + 1)...]).kilobytes)
  }

  static func reserve(_ body: ArraySlice<UInt8>) -> ReportLine? {
    var cursor = TextCursor(body)
    guard cursor.take("lowmem_reserve[]:") || cursor.take("protections[]:") else { return nil }
    var values: [Int] = []
    while true {
      cursor.skipSpaces()
      guard let value = cursor.count() else { break }
      values.append(value)
    }
    return .reserve(values)
  }

  private static func hugePages(_ body: ArraySlice<UInt8>, node: Int) -> ReportLine? {
    guard let total = body.number(after: "hugepages_total="), (0..<1 << 32).contains(total),
      let free = body.number(after: "hugepages_free="), (0...total).contains(free),
      let place = body.firstIndex(of: "hugepages_size=")
    else { return nil }
    var cursor = TextCursor(body[(place + 15)...])
    // No machine has so much that its bytes could not be counted.
    guard let size = cursor.count(), cursor.take("kB"), size <= 1 << 24,
      total == 0 || size < (1 << 44) / total
    else { return nil }
    return .hugePages(HugePageCounts(node: node, total: total, free: free, size: size))
  }

  // MARK: Numbers with lines of their own

  static func amount(_ body: ArraySlice<UInt8>) -> ReportLine? {
    for (words, amount) in [("Free swap", .freeSwap), ("Total swap", .totalSwap)]
      as [(StaticString, ReportAmount)]
    where body.starts(with: words) {
      guard let equals = body.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else {
        return nil
      }
      var cursor = TextCursor(body[(equals + 1)...])
      cursor.skipSpaces()
      guard let value = cursor.integer(), abs(value) < 1 << 44, cursor.take("kB") else { return nil }
      return .amount(amount, value)
    }
    var cursor = TextCursor(body)
    guard let value = cursor.count(), cursor.take(" ") else { return nil }
    if cursor.rest.starts(with: "pages of RAM") { return .amount(.ram, value) }
    if cursor.rest.starts(with: "reserved pages") { return .amount(.reserved, value) }
    if cursor.rest.starts(with: "pages of HIGHMEM") { return .amount(.highMemory, value) }
    for amount in ReportAmount.allCases where cursor.rest.starts(with: amount.words) {
      return .amount(amount, value)
    }
    return nil
  }

  // MARK: Groups

  static func groupLimit(_ body: ArraySlice<UInt8>) -> ReportLine? {
    let kinds: [(StaticString, GroupLimit.Kind)] = [
      ("memory: usage ", .memory), ("memory+swap: usage ", .memoryAndSwap), ("swap: usage ", .swap),
      ("kmem: usage ", .kernel),
    ]
    for (words, kind) in kinds {
      var cursor = TextCursor(body)
      guard cursor.take(words) else { continue }
      guard let usage = cursor.count(), cursor.take("kB") else { return nil }
      var limit = GroupLimit(usage: usage)
      if cursor.take(", limit ") {
        if let value = cursor.integer(), cursor.take("kB") {
          limit.limit = value < 1 << 44 ? value : .max
        }
        limit.refusals = cursor.rest.number(after: "failcnt ")
      }
      return .groupLimit(kind, limit)
    }
    return nil
  }

  static func groupHead(_ body: ArraySlice<UInt8>) -> ReportLine? {
    var cursor = TextCursor(body)
    guard cursor.take("Memory cgroup stats for ") else { return nil }
    let rest = cursor.rest
    if let end = rest.firstIndex(of: ": ") {
      return .groupHead(rest[..<end].text, MessageAmounts(reading: rest[(end + 1)...]).kilobytes)
    }
    guard rest.last == UInt8(ascii: ":") else { return .groupHead(rest.text, []) }
    return .groupHead(rest.dropLast().text, [])
  }

  /// A line of values without a head of its own.
  static func values(_ body: ArraySlice<UInt8>) -> ReportLine? {
    // `anon 83312640`: one word and one number.
    if let space = body.firstIndex(of: UInt8(ascii: " ")), space > body.startIndex,
      body[..<space].allSatisfy({ $0.isNameByte })
    {
      var cursor = TextCursor(body[(space + 1)...])
      if let value = cursor.integer(), (0..<1 << 56).contains(value), cursor.isAtEnd {
        return .statistic(NamedValue(body[..<space].text, value))
      }
    }
    guard body.contains(UInt8(ascii: ":")) else { return slabCache(body) }
    let amounts = MessageAmounts(reading: body)
    var counts = amounts.pages
    // Linux 2.6.28 to 2.6.31 begins the first line with a capital.
    if counts.first?.name == "Active_anon" { counts[0].name = "active_anon" }
    if let first = counts.first, knownCounts.contains(first.name) { return .counts(counts) }
    let sizes = amounts.kilobytes
    return sizes.isEmpty ? nil : .sizes(sizes)
  }

  /// `filp                      88KB         88KB`: what is used, and all that is held.
  private static func slabCache(_ body: ArraySlice<UInt8>) -> ReportLine? {
    let words = body.split(separator: UInt8(ascii: " "))
    guard words.count == 3, words[1...].allSatisfy({ $0.suffix(2).elementsEqual("KB".utf8) }) else {
      return nil
    }
    var cursor = TextCursor(words[2])
    return cursor.count().map { .slabCache(NamedValue(words[0].text, $0)) }
  }

  /// With these the lines of `Mem-Info:` begin, in one release or another.
  private static let knownCounts: Set<String> = [
    "active_anon", "inactive_anon", "active_file", "inactive_file", "unevictable", "dirty",
    "slab_reclaimable", "slab_unreclaimable", "isolated_file", "free_cma",
    "mapped", "sec_pagetables", "kernel_misc_reclaimable", "free", "Active", "active", "inactive", "slab",
    "pagetables", "isolated_anon", "shmem", "free_pcp", "bounce", "writeback",
  ]

  // MARK: Tasks

  static func tableHead(_ body: ArraySlice<UInt8>) -> ReportLine? {
    TaskListing.columns(ofHead: body).map { .tableHead($0) }
  }

  /// `[    142]    33   142      854      241    45056      512           600 tiny`: a number in brackets, and two more.
  static func row(_ body: ArraySlice<UInt8>) -> ReportLine? {
    var cursor = TextCursor(body)
    guard cursor.take("[") else { return nil }
    cursor.skipSpaces()
    guard let process = cursor.integer(), process >= 0, cursor.take("]") else { return nil }
    let rest = cursor.rest
    for _ in 0..<2 {
      cursor.skipSpaces()
      guard cursor.integer() != nil else { return nil }
    }
    return .row(process: process, rest)
  }
}
