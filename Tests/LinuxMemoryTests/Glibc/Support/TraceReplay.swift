// Replays a trace of allocator calls and writes the results in the recordings' format.

@testable import LinuxMemory

/// One run of a trace against the allocator on the model kernel.
struct TraceReplay {
  var state: MallocState
  var kernel: ModelKernel
  /// The pointers by id.
  private var table: [Int: UInt64] = [:]
  /// Live mapped chunks by id: where their mapping starts and its length.
  private var mapped: [Int: (start: UInt64, length: UInt64)] = [:]
  private var printedBreak: UInt64
  /// The part of a line that is out when its process dies.
  private var unfinished = ""
  private(set) var results: [String] = []
  /// Whether what the program writes into its blocks can matter: only where it misuses them.
  private var storesData = false
  /// Called after each operation that left the process alive.
  var afterEach: ((MallocState, ModelKernel) -> Void)?

  init(tunables: String = "", kernel: ModelKernel = ModelKernel()) {
    self.kernel = kernel
    state = MallocState(tunables: MallocTunables(tunables))
    printedBreak = kernel.currentBreak
  }

  /// Replays a whole trace.
  ///
  /// - Returns: One line for each operation, and the signal line if it ended that way.
  static func run(
    _ trace: some StringProtocol, kernel: ModelKernel = ModelKernel(),
    afterEach: ((MallocState, ModelKernel) -> Void)? = nil
  ) -> [String] {
    let lines = trace.split(separator: "\n", omittingEmptySubsequences: false)
    let marker = "#!env GLIBC_TUNABLES="
    let tunables = lines.first { $0.hasPrefix(marker) }.map { String($0.dropFirst(marker.count)) }
    var replay = TraceReplay(tunables: tunables ?? "", kernel: kernel)
    replay.storesData = lines.contains { "KFAWPX".contains($0.first ?? "#") }
    replay.afterEach = afterEach
    for (index, line) in lines.enumerated() {
      let words = line.split(separator: " ")
      guard let operation = words.first, !operation.hasPrefix("#") else { continue }
      do throws(FatalSignal) {
        try replay.perform(String(operation), words[1...].map { String($0) })
      } catch {
        let log = replay.kernel.takeLog()
        let calls = log.isEmpty ? "" : " s=" + log.joined(separator: ",")
        replay.results.append(replay.unfinished + calls)
        replay.results.append("!signal \(error.signal) line \(index + 1)")
        return replay.results
      }
      replay.afterEach?(replay.state, replay.kernel)
    }
    return replay.results
  }

  private func number(_ word: String) -> UInt64 {
    if word.hasPrefix("-") { return 0 &- number(String(word.dropFirst())) }
    if word.hasPrefix("0x") { return UInt64(word.dropFirst(2), radix: 16) ?? 0 }
    var value: UInt64 = 0
    for digit in word.utf8 { value = value &* 10 &+ UInt64(digit &- 48) }
    return value
  }

  private func id(_ word: String) -> Int { Int(number(word)) }

  private func pointer(_ word: String) -> UInt64 { table[id(word)] ?? 0 }

  mutating func perform(_ operation: String, _ arguments: [String]) throws(FatalSignal) {
    state.errorNumber = nil
    switch operation {
    case "m", "c", "a", "v", "V":
      let address = try allocate(operation, arguments)
      let error = state.errorNumber
      set(id(arguments[0]), address)
      try finish(pointer: address, error)
    case "r": try reallocate(arguments)
    case "f":
      let address = pointer(arguments[0])
      mapped[id(arguments[0])] = nil
      try state.free(address, kernel: &kernel)
      table[id(arguments[0])] = nil
      finish("-", state.errorNumber)
    case "K", "F":
      let distance = arguments.count > 1 ? number(arguments[1]) : 0
      try state.free(pointer(arguments[0]) &+ distance, kernel: &kernel)
      finish("-", state.errorNumber)
    case "A":
      let target = pointer(arguments[0]) &+ number(arguments[1])
      let address = try state.realloc(target, number(arguments[2]), kernel: &kernel)
      finish("\(notation(address)) 0", state.errorNumber)
    case "W", "P", "X": try forge(operation, arguments)
    case "w", "z": try touch(arguments, write: operation == "w")
    case "o":
      let result = try state.setOption(
        Int32(truncatingIfNeeded: number(arguments[0])), Int32(truncatingIfNeeded: number(arguments[1])),
        kernel: &kernel)
      finish("=\(result)", state.errorNumber)
    case "t":
      let result = try state.trim(keeping: number(arguments[0]), kernel: &kernel)
      finish("=\(result ? 1 : 0)", state.errorNumber)
    case "s":
      let old = try state.moveBreak(by: Int64(bitPattern: number(arguments[0])), &kernel)
      finish(old.map(kernel.place) ?? "-1", state.errorNumber)
    case "B":
      let result = kernel.addObstacle(at: kernel.initialBreak + number(arguments[0]))
      finish("=\(result)", nil)
    case "L":
      let limit = arguments[0] == "as" ? \ModelKernel.addressSpaceLimit : \ModelKernel.dataLimit
      let used = arguments[0] == "as" ? kernel.heapBytes + kernel.mappedBytes : kernel.dataBytes
      // A limit that was lowered does not rise again.
      let isAllowed = used + number(arguments[1]) << 10 <= kernel[keyPath: limit]
      if isAllowed { kernel[keyPath: limit] = used + number(arguments[1]) << 10 }
      finish(isAllowed ? "=0" : "=-1", nil)
    case "q": finish(try query(), nil)
    default: break
    }
  }

  private mutating func allocate(
    _ operation: String, _ arguments: [String]
  ) throws(FatalSignal) -> UInt64 {
    let first = number(arguments[1])
    return switch operation {
    case "m": try state.malloc(first, kernel: &kernel)
    case "c": try state.calloc(count: first, size: number(arguments[2]), kernel: &kernel)
    case "a": try state.memalign(alignment: first, size: number(arguments[2]), kernel: &kernel)
    case "v": try state.valloc(first, kernel: &kernel)
    default: try state.pvalloc(first, kernel: &kernel)
    }
  }

  private mutating func reallocate(_ arguments: [String]) throws(FatalSignal) {
    let old = id(arguments[0])
    let new = id(arguments[1])
    let size = number(arguments[2])
    let address = try state.realloc(pointer(arguments[0]), size, kernel: &kernel)
    let error = state.errorNumber
    if address != 0 || size == 0, old != 0 {
      mapped[old] = nil
      table[old] = nil
    }
    if address != 0 { set(new, address) } else if old != new { table[new] = nil }
    try finish(pointer: address, error)
  }

  private mutating func forge(_ operation: String, _ arguments: [String]) throws(FatalSignal) {
    let target = pointer(arguments[0]) &+ number(arguments[1])
    var value: UInt64
    if operation == "W" {
      value = number(arguments[2])
    } else {
      let other = pointer(arguments[2])
      value = other == 0 ? 0 : other &+ number(arguments[3])
      if operation == "X" { value ^= target >> 12 }
    }
    try state.programStore(value, count: 8, at: target, kernel: &kernel)
    finish("-", nil)
  }

  private mutating func touch(_ arguments: [String], write: Bool) throws(FatalSignal) {
    let start = pointer(arguments[0])
    let length = number(arguments[2])
    if start != 0, length != 0 {
      let first = start &+ number(arguments[1])
      try kernel.touch(first, length: length, write: write)
      if write, storesData { try store(from: first, to: first &+ (length - 1)) }
    }
    finish("-", nil)
  }

  /// Stores a byte in every page of a range, as the recordings' program does.
  private mutating func store(from first: UInt64, to last: UInt64) throws(FatalSignal) {
    var address = first
    while address <= last {
      try state.programStore(0x55, count: 1, at: address, kernel: &kernel)
      address = (address & ~(ModelKernel.pageSize - 1)) + ModelKernel.pageSize
    }
  }

  private mutating func set(_ id: Int, _ address: UInt64) {
    table[id] = address
    guard address != 0, state.word(at: address &- 8) & ChunkFlags.mapped != 0 else { return }
    mapped[id] = mapping(of: address)
  }

  private func mapping(of address: UInt64) -> (start: UInt64, length: UInt64) {
    let lead = state.word(at: address &- 16)
    let size = state.word(at: address &- 8) & ~ChunkFlags.all
    return (address &- 16 &- lead, lead &+ size)
  }

  private func notation(_ address: UInt64) -> String {
    if address == 0 { return "0" }
    if state.word(at: address &- 8) & ChunkFlags.mapped != 0 {
      let (start, length) = mapping(of: address)
      let distance = kernel.mappingTop &- start
      return "M\(kernel.hex(distance))+\(kernel.hex(address - start)):\(kernel.hex(length))"
    }
    let place = kernel.place(address)
    return place.hasPrefix("M") ? "N" + place.dropFirst() : place
  }

  private mutating func finish(pointer address: UInt64, _ error: Errno?) throws(FatalSignal) {
    unfinished = notation(address) + " "
    let usable = try state.usableSize(of: address, kernel: &kernel)
    finish("\(unfinished)\(usable)", error)
    unfinished = ""
  }

  private mutating func finish(_ text: String, _ error: Errno?) {
    var line = text
    if kernel.currentBreak != printedBreak {
      line += " b=" + kernel.hex(kernel.currentBreak - kernel.initialBreak)
      printedBreak = kernel.currentBreak
    }
    if let error { line += " e=\(error.rawValue)" }
    let log = kernel.takeLog()
    if !log.isEmpty { line += " s=" + log.joined(separator: ",") }
    results.append(line)
  }

  private mutating func query() throws(FatalSignal) -> String {
    let info = try state.information(kernel: &kernel)
    let heap = pages(from: kernel.initialBreak, to: kernel.currentBreak)
    var counts = (present: 0, zero: 0)
    for (start, length) in mapped.values {
      for page in pages(from: start, to: start + length) {
        counts.present += 1
        if page.state == .zeroPage { counts.zero += 1 }
      }
    }
    let zeros = heap.filter { $0.state == .zeroPage }
    let fields: [(String, String)] = [
      ("arena", "\(info.arena)"), ("ordblks", "\(info.ordblks)"), ("smblks", "\(info.smblks)"),
      ("hblks", "\(info.hblks)"), ("hblkhd", "\(info.hblkhd)"), ("usmblks", "\(info.usmblks)"),
      ("fsmblks", "\(info.fsmblks)"), ("uordblks", "\(info.uordblks)"), ("fordblks", "\(info.fordblks)"),
      ("keepcost", "\(info.keepcost)"), ("brk", kernel.hex(kernel.currentBreak - kernel.initialBreak)),
      ("flt", "\(kernel.faults)"), ("pages", ranges(heap.map(\.number))),
      ("zpages", ranges(zeros.map(\.number))), ("res", "\(heap.count)"), ("zero", "\(zeros.count)"),
      ("mmres", "\(counts.present)"), ("mmzero", "\(counts.zero)"),
      ("vsz", "\((kernel.heapBytes + kernel.mappedBytes) >> 10)"),
      ("rss", "\(kernel.pages.values.count { $0 == .present } * 4)"),
    ]
    return "q " + fields.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }

  private func pages(from start: UInt64, to end: UInt64) -> [(number: UInt64, state: ModelPage)] {
    let first = start >> 12
    return (first..<max(first, (end + 4095) >> 12)).compactMap { number in
      kernel.pages[number].map { (number - first, $0) }
    }
  }

  private func ranges(_ numbers: [UInt64]) -> String {
    var parts: [String] = []
    var start: UInt64?
    for (index, number) in numbers.enumerated() {
      if start == nil { start = number }
      guard index + 1 == numbers.count || numbers[index + 1] != number + 1, let first = start else {
        continue
      }
      parts.append(first == number ? "\(first)" : "\(first)-\(number)")
      start = nil
    }
    return parts.isEmpty ? "-" : parts.joined(separator: ",")
  }
}
