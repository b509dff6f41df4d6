// How the result lines of a replay write addresses and system calls.

import LinuxMemory

/// Addresses relative to where the heap starts and to the top of the area for mappings, so that they are the same
/// in every process.
struct ReplayNotation {
  /// The first break.
  let heapStart: UInt64
  /// The top of the area for mappings.
  let mappingTop: UInt64
  /// Where the heap ends, for processes whose mappings lie near.
  var heapEnd = UInt64.max
  /// Whether heaps of arenas are told by number, and calls of mprotect with what they change.
  var tellsArenas = false
  /// The numbers of the heaps of arenas, in the order in which they were made, by their address.
  private(set) var heaps: [UInt64: Int] = [:]
  private var heapCount = 0
  /// What the heaps are aligned to.
  private let heapLength: UInt64

  init(heapStart: UInt64, mappingTop: UInt64, heapLength: UInt64) {
    self.heapStart = heapStart
    self.mappingTop = mappingTop
    self.heapLength = heapLength
  }

  /// Addresses from the heap's start on count as its own for this long.
  private static let heapReach: UInt64 = 1 << 42

  /// A number in hexadecimal, without a prefix.
  func hex(_ value: UInt64) -> String { String(value, radix: 16) }

  /// `h` and the distance from the first break, or `M` and the distance below the top of the mappings.
  func place(_ address: UInt64) -> String {
    if let number = heaps[address & ~(heapLength - 1)] {
      return "A\(number)+\(hex(address & (heapLength - 1)))"
    }
    if isHeap(address) { return "h" + hex(address - heapStart) }
    return address <= mappingTop ? "M" + hex(mappingTop - address) : "?"
  }

  /// A pointer that an allocation returned.
  ///
  /// - Parameter mapping: The mapping of a block that has one of its own.
  func pointer(_ address: UInt64, mapping: Range<UInt64>?) -> String {
    if address == 0 { return "0" }
    if let mapping {
      let distance = hex(mappingTop &- mapping.lowerBound)
      let length = mapping.upperBound - mapping.lowerBound
      return "M\(distance)+\(hex(address &- mapping.lowerBound)):\(hex(length))"
    }
    if heaps[address & ~(heapLength - 1)] != nil { return place(address) }
    return isHeap(address) ? "h" + hex(address - heapStart) : "N" + hex(mappingTop &- address)
  }

  private func isHeap(_ address: UInt64) -> Bool {
    address >= heapStart && address - heapStart < Self.heapReach && address < heapEnd
  }

  /// A system call with what came of it; heaps that it makes or removes are known from then on.
  mutating func text(of call: SystemCall) -> String {
    guard tellsArenas else { return text(call) }
    switch call {
    case .mprotect(let address, let length, _, _)
    where address & (heapLength - 1) == 0 && length <= heapLength && heaps[address] == nil:
      let made = "heap\(heapCount)@\(place(address)),"
      heaps[address] = heapCount
      heapCount += 1
      return made + text(call)
    case .munmap(let address, let length, nil) where length == heapLength:
      defer { heaps[address] = nil }
      return text(call)
    default: return text(call)
    }
  }

  /// A system call with what came of it.
  private func text(_ call: SystemCall) -> String {
    switch call {
    case .brk(0, _, _): return "brk0"
    case .brk(let asked, let before, let after):
      let change = asked >= before ? "+" + hex(asked - before) : "-" + hex(before - asked)
      return "brk\(change)\(after == asked ? "" : "!")"
    case .mmap(let length, let result): return "mmap:\(hex(length))\(text(result, "@"))"
    case .munmap(let address, let length, let error):
      return "munmap:\(hex(length))@\(place(address))\(text(error))"
    case .mremap(let address, let oldLength, let newLength, let result):
      return "mremap:\(hex(oldLength))>\(hex(newLength))@\(place(address))\(text(result, ">"))"
    case .madvise(let address, let length, let advice, let error):
      return "madv:\(hex(length))@\(place(address)):\(advice)\(text(error))"
    // The recordings name this call by its number.
    case .mprotect(let address, let length, let isAccessible, let error) where tellsArenas:
      return "mprot:\(hex(length))@\(place(address)):\(isAccessible ? 3 : 0)\(text(error))"
    case .mprotect: return "sys10"
    case .clone: return "clone"
    case .exit: return "exit"
    case .readFile(let path):
      return path.hasPrefix("/sys/devices") ? "open:cpus,read,close" : "open:\(path),read,close"
    case .getrandom: return "getrandom"
    case .abort(let message): return "abort=\"\(message)\""
    }
  }

  private func text(_ result: Result<UInt64, ErrorNumber>, _ mark: String) -> String {
    switch result {
    case .success(let address): mark + place(address)
    case .failure(let error): text(error)
    }
  }

  private func text(_ error: ErrorNumber?) -> String { error.map { "!\($0.rawValue)" } ?? "" }
}
