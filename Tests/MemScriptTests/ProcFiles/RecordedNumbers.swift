// Numbers read back from recorded text.

@testable import MemScript

extension MemoryInformation {
  /// The amounts of a recorded `/proc/meminfo`.
  init(recorded: String) {
    self.init()
    var amounts: [String: Int] = [:]
    for line in recorded.lines {
      let fields = line.fields
      amounts[String(fields[0].dropLast())] = Int(fields[1])
      if fields[0].hasPrefix("DirectMap") {
        directMap.append((String(fields[0].dropFirst(9).dropLast()), Int(fields[1]) ?? 0))
      }
    }
    let amount = { amounts[$0] ?? 0 }
    total = amount("MemTotal")
    free = amount("MemFree")
    available = amount("MemAvailable")
    buffers = amount("Buffers")
    cached = amount("Cached")
    swapCached = amount("SwapCached")
    activeAnonymous = amount("Active(anon)")
    inactiveAnonymous = amount("Inactive(anon)")
    activeFile = amount("Active(file)")
    inactiveFile = amount("Inactive(file)")
    unevictable = amount("Unevictable")
    mlocked = amount("Mlocked")
    if let highTotal = amounts["HighTotal"] { high = (highTotal, amount("HighFree")) }
    swapTotal = amount("SwapTotal")
    swapFree = amount("SwapFree")
    dirty = amount("Dirty")
    writeback = amount("Writeback")
    anonymous = amount("AnonPages")
    mapped = amount("Mapped")
    shared = amount("Shmem")
    slabReclaimable = amount("SReclaimable")
    slabUnreclaimable = amount("SUnreclaim")
    kernelStack = amount("KernelStack")
    pageTables = amount("PageTables")
    commitLimit = UInt64(amount("CommitLimit"))
    committed = amount("Committed_AS")
    vmallocTotal = amount("VmallocTotal")
    vmallocUsed = amount("VmallocUsed")
    perCPU = amounts["Percpu"]
    anonymousHugePages = amount("AnonHugePages")
    hugePageSize = amount("Hugepagesize")
  }
}

extension String {
  /// The caches of a recorded `/proc/slabinfo`.
  var slabLines: [SlabInformationLine] {
    lines.dropFirst(2).map { line in
      let fields = line.fields
      let number = { (index: Int) in Int(fields[index]) ?? -1 }
      return SlabInformationLine(
        name: fields[0], activeObjects: number(1), objects: number(2), objectSize: number(3),
        objectsPerSlab: number(4), pagesPerSlab: number(5), slabs: number(13))
    }
  }
}

extension VmallocInformationLine {
  /// The area of a recorded line of `/proc/vmallocinfo`.
  init?(recorded: String) {
    let fields = recorded.fields
    let ends = fields[0].split(separator: "-").map { UInt64($0.dropFirst(2), radix: 16) }
    guard ends.count == 2, let start = ends[0], let end = ends[1] else { return nil }
    let words = fields.dropFirst(2)
    let kind =
      recorded.hasSuffix("unpurged vm_area") ? .unpurged : words.compactMap { Kind(rawValue: $0) }.first
    guard let kind else { return nil }
    func value(_ key: String) -> Substring? {
      words.first { $0.hasPrefix(key + "=") }.map { $0.dropFirst(key.count + 1) }
    }
    self.init(
      start: start, end: end, caller: words.first { $0.contains("+0x") },
      pages: value("pages").flatMap { Int($0) },
      physicalAddress: value("phys").flatMap { UInt64($0.dropFirst(2), radix: 16) }, kind: kind,
      hasVirtualPageList: words.contains("vpages"))
  }
}
