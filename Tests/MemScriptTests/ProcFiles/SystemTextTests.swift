// The formats of system-wide /proc files against recordings: known numbers in, the same bytes out.

import Testing

@testable import MemScript

@Suite("Formats of system-wide /proc files")
struct SystemTextTests {
  @Test("meminfo's lines have the kernel's columns", arguments: Recording.machines)
  func memoryInformationLines(machine: String) throws {
    let recorded = try Recording(machine).content(of: "/proc/meminfo")
    var lines = KibibyteLines()
    for line in recorded.lines {
      let fields = line.fields
      let name = String(fields[0].dropLast())
      let number = try #require(Int(fields[1]))
      if fields.count == 3 { lines.add(name, kibibytes: number) } else { lines.add(name, count: number) }
    }
    #expect(lines.text == recorded)
  }

  @Test("meminfo as a whole", arguments: Recording.machines)
  func memoryInformation(machine: String) throws {
    let recorded = try Recording(machine).content(of: "/proc/meminfo")
    #expect(MemoryInformation(recorded: recorded).text == recorded)
  }

  @Test("buddyinfo", arguments: Recording.machines)
  func buddyInformation(machine: String) throws {
    let recorded = try Recording(machine).content(of: "/proc/buddyinfo")
    let text = recorded.lines.map { line in
      let fields = line.fields
      return BuddyInformationText.line(
        zone: fields[3], freeBlocks: fields.dropFirst(4).compactMap { Int($0) })
    }
    #expect(text.joined() == recorded)
  }

  @Test("pagetypeinfo", arguments: Recording.machines)
  func pageTypeInformation(machine: String) throws {
    let recorded = try Recording(machine).content(of: "/proc/pagetypeinfo")
    let order = machine.hasPrefix("i386") ? 10 : 9
    var text = PageTypeInformationText.header(pageBlockOrder: order, orderCount: 11)
    for line in recorded.lines where line.contains(", type ") {
      let fields = line.replacing(",", with: " ").fields
      text += PageTypeInformationText.freeLine(
        zone: fields[3], type: fields[5], freeBlocks: fields.dropFirst(6).compactMap { Int($0) })
    }
    text += PageTypeInformationText.blockHeader(
      types: ["Unmovable", "Movable", "Reclaimable", "HighAtomic", "Isolate"])
    for line in recorded.lines where line.hasPrefix("Node 0, zone") {
      let fields = line.fields
      text += PageTypeInformationText.blockLine(
        zone: fields[3], blocks: fields.dropFirst(4).compactMap { Int($0) })
    }
    #expect(text == recorded)
  }

  @Test("slabinfo", arguments: Recording.machines)
  func slabInformation(machine: String) throws {
    let recorded = try Recording(machine).content(of: "/proc/slabinfo")
    let text = SlabInformationLine.header + recorded.slabLines.map(\.text).joined()
    #expect(text == recorded)
  }

  @Test("vmallocinfo", arguments: Recording.machines)
  func vmallocInformation(machine: String) throws {
    let recorded = try Recording(machine).content(of: "/proc/vmallocinfo")
    let is64Bit = machine.hasPrefix("amd64")
    for line in recorded.lines {
      let area = try #require(VmallocInformationLine(recorded: line))
      let text = area.text(
        addressDigits: is64Bit ? 16 : 8, physicalDigits: is64Bit ? 16 : 8, showsNodes: is64Bit)
      #expect(text == line + "\n")
    }
  }

  @Test(
    "swaps",
    arguments: [
      "/dev/vda                                partition\t262140\t\t0\t\t-2\n",
      "/dev/vda                                partition\t262140\t\t151888\t\t-2\n",
    ])
  func swaps(recorded: String) throws {
    let fields = recorded.dropLast().split(whereSeparator: { $0 == " " || $0 == "\t" })
    let line = SwapsLine(
      path: String(fields[0]), isPartition: fields[1] == "partition", size: try #require(Int(fields[2])),
      used: try #require(Int(fields[3])), priority: try #require(Int(fields[4])))
    #expect(line.text == recorded)
    #expect(try Recording("amd64-1024").content(of: "/proc/swaps") == SwapsLine.header)
  }
}
