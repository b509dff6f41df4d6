// The formats of /proc/PID files against recordings.

import Testing

@testable import MemScript

@Suite("Formats of /proc/PID files")
struct ProcessTextTests {
  @Test("maps", arguments: Recording.machines)
  func maps(machine: String) throws {
    let recorded = try Recording(machine).content(of: "/proc/1/maps")
    #expect(recorded.lines.count > 5)
    for line in recorded.lines {
      #expect(try mapsLine(line).text(pointerBytes: machine.hasPrefix("i386") ? 4 : 8) == line + "\n")
    }
  }

  @Test("a mapping without a name ends with a blank")
  func anonymousMapping() throws {
    let line = "7ffff1bf9000-7ffff7ff9000 rw-p 00000000 00:00 0 "
    #expect(try mapsLine(line).text(pointerBytes: 8) == line + "\n")
  }

  @Test("limits")
  func limits() {
    // Recorded on Linux 6; the format is that of 6.1.
    let recorded = """
      Limit                     Soft Limit           Hard Limit           Units     \

      Max data size             unlimited            unlimited            bytes     \

      Max stack size            8388608              unlimited            bytes     \

      Max processes             96365                96365                processes \

      Max nice priority         0                    0                    \


      """
    let text =
      LimitsText.header + LimitsText.line(name: "Max data size", soft: nil, hard: nil, unit: "bytes")
      + LimitsText.line(name: "Max stack size", soft: 8_388_608, hard: nil, unit: "bytes")
      + LimitsText.line(name: "Max processes", soft: 96_365, hard: 96_365, unit: "processes")
      + LimitsText.line(name: "Max nice priority", soft: 0, hard: 0, unit: nil)
    #expect(text == recorded)
  }

  private func mapsLine(_ line: String) throws -> MapsLine {
    let fields = line.fields
    let ends = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
    let device = fields[3].split(separator: ":").compactMap { Int($0, radix: 16) }
    return MapsLine(
      start: ends[0], end: ends[1], permissions: fields[1],
      offset: try #require(UInt64(fields[2], radix: 16)), deviceMajor: device[0], deviceMinor: device[1],
      inode: try #require(Int(fields[4])), name: fields.count > 5 ? fields[5] : "")
  }
}
