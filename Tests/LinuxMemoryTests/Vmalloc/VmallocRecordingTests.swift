// Addresses in the vmalloc area against what a kernel module got.

import Testing

@testable import LinuxMemory

@Suite("vmalloc addresses")
struct VmallocRecordingTests {
  /// Plays a recording on an area without pages behind it.
  struct Player {
    var area: VmallocArea
    let wordSize: Int
    var arrays: [UInt64: UInt64] = [:]

    mutating func vmalloc(_ size: UInt64, alignment: UInt64 = 4096) -> UInt64 {
      let pages = (size + 4095) / 4096
      let rounded = (size + alignment - 1) / alignment * alignment
      guard let address = area.reserve(rounded + 4096, alignment: alignment) else { return 0 }
      let array = pages * UInt64(wordSize)
      if array > 4096 { arrays[address] = vmalloc(array) }
      area.insert(VirtualArea(start: address, size: rounded + 4096, caller: "test", kind: .vmalloc))
      return address
    }

    mutating func map(device size: UInt64) -> UInt64 {
      var alignment: UInt64 = 4096
      while alignment < size { alignment *= 2 }
      guard let address = area.reserve(size + 4096, alignment: alignment) else { return 0 }
      area.insert(VirtualArea(start: address, size: size + 4096, caller: "test", kind: .ioremap))
      return address
    }

    mutating func free(_ address: UInt64) {
      guard area.remove(at: address) != nil, let array = arrays.removeValue(forKey: address) else { return }
      free(array)
    }
  }

  @Test(
    "every address is the recorded one",
    arguments: [("amd64", UInt64(245_939)), ("i386", UInt64(255_475))])
  func recorded(machine: String, totalPages: UInt64) throws {
    let isWide = machine == "amd64"
    let profile: ArchitectureProfile = isWide ? .x8664 : .i386
    var player = Player(
      area: VmallocArea(start: profile.vmallocStart ?? 0xf73f_e000, end: profile.vmallocEnd, cpus: 1),
      wordSize: profile.wordSize)
    var addresses: [String: UInt64] = [:]
    var checked = 0
    for line in try Recording("kernel/vmalloc-\(machine).txt").lines {
      let words = line.split(separator: " ").map(String.init)
      guard let call = words.first, call != "#" else { continue }
      func number(_ index: Int, _ radix: Int = 10) -> UInt64 { UInt64(words[index], radix: radix) ?? 0 }
      switch call {
      case "area":
        let range = number(1, 16)..<number(2, 16)
        guard range.lowerBound < player.area.end else { continue }
        let isFree = player.area.reserve(at: range)
        #expect(isFree)
        player.area.insert(
          VirtualArea(start: range.lowerBound, size: UInt64(range.count), caller: "boot", kind: .vmap))
      case "free":
        if let address = addresses.removeValue(forKey: words[1]) { player.free(address) }
      default:
        let size = number(2)
        let address: UInt64
        switch call {
        case "vmalloc": address = size / 4096 > totalPages ? 0 : player.vmalloc(size)
        case "kvmalloc": address = player.vmalloc(size, alignment: isWide ? 2 << 20 : 4096)
        default: address = player.map(device: size)
        }
        #expect(address == number(3, 16), "\(line)")
        addresses[words[1]] = address
        checked += 1
      }
    }
    #expect(checked >= 20)
  }

  @Test("hundreds of random calls: every address is the recorded one", arguments: ["amd64", "i386"])
  func random(machine: String) throws {
    let profile: ArchitectureProfile = machine == "amd64" ? .x8664 : .i386
    var player = Player(
      area: VmallocArea(start: profile.vmallocStart ?? 0xf73f_e000, end: profile.vmallocEnd, cpus: 1),
      wordSize: profile.wordSize)
    var live: [UInt64] = []
    var checked = 0
    for line in try Recording.packed("kernel/vmalloc-random-\(machine).txt") {
      let words = line.split(separator: " ").map(String.init)
      switch words[0] {
      case "area", "unpurged":
        let bounds = words[1...].compactMap { UInt64($0, radix: 16) }
        guard bounds[0] < player.area.end else { continue }
        let isFree = player.area.reserve(at: bounds[0]..<bounds[1])
        #expect(isFree)
        player.area.insert(
          VirtualArea(start: bounds[0], size: bounds[1] - bounds[0], caller: "boot", kind: .vmap))
        if words[0] == "unpurged" { player.free(bounds[0]) }
      case "a":
        let size = try #require(UInt64(words[1]))
        let expected = try #require(UInt64(words[2], radix: 16))
        let address = player.vmalloc(size)
        try #require(address == expected, "\(line)")
        if address != 0 { live.append(address) }
        checked += 1
      case "f":
        let address = try #require(UInt64(words[1], radix: 16))
        live.removeAll { $0 == address }
        player.free(address)
      default:
        for address in live.reversed() { player.free(address) }
        live = []
      }
    }
    #expect(checked > (machine == "i386" ? 300 : 150))
  }

  @Test("the 32-bit area runs out after the recorded number of calls, with the recorded addresses")
  func exhaustion() throws {
    // What /proc/vmallocinfo showed before: boot's areas and those of the recording module.
    let taken: [Range<UInt64>] = [
      0xf73f_e000..<0xf740_b000, 0xf741_2000..<0xf741_f000, 0xf742_3000..<0xf743_8000,
      0xf745_1000..<0xf749_3000, 0xf775_a000..<0xf775_e000, 0xf775_e000..<0xf7b5_f000,
    ]
    let first: [UInt64] = [0xf749_3000, 0xf759_4000, 0xf7b5_f000, 0xf7c6_0000]
    let last: [UInt64] = [0xfe9c_d000, 0xfeac_e000]
    var player = Player(
      area: VmallocArea(start: 0xf73f_e000, end: ArchitectureProfile.i386.vmallocEnd, cpus: 1), wordSize: 4)
    for range in taken {
      let isFree = player.area.reserve(at: range)
      #expect(isFree)
      player.area.insert(
        VirtualArea(start: range.lowerBound, size: UInt64(range.count), caller: "boot", kind: .vmap))
    }
    var addresses: [UInt64] = []
    while case let address = player.vmalloc(1 << 20), address != 0 { addresses.append(address) }
    #expect(addresses.count == 114)
    #expect(Array(addresses.prefix(4)) == first)
    #expect(Array(addresses.suffix(2)) == last)
    // Every third is freed: holes, none of them large enough for twice the size.
    for index in stride(from: addresses.count - 1, through: 0, by: -3) { player.free(addresses[index]) }
    #expect(player.vmalloc(2 << 20) == 0)
  }
}
