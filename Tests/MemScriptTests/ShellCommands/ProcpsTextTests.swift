// The tables of free(1) and slabtop(1) against what procps-ng printed for the same numbers.

import KernelText
import Testing

@testable import MemScript

@Suite("Tables of procps-ng")
struct ProcpsTextTests {
  /// What procps-ng printed, by command line; ` (swap)` marks the machine with 256 MiB of swap.
  private static let recorded = Result { try Recording(file: "procps-amd64-1024") }

  private static let variants: [(options: String, table: FreeText)] = [
    ("", FreeText()),
    ("-b", FreeText(unit: .bytes)),
    ("-k", FreeText(unit: .kibibytes)),
    ("-m", FreeText(unit: .scaled(exponent: 2))),
    ("-g", FreeText(unit: .scaled(exponent: 3))),
    ("-h", FreeText(unit: .human)),
    ("--si -h", FreeText(unit: .human, usesDecimalUnits: true)),
    ("--kilo", FreeText(unit: .scaled(exponent: 1), usesDecimalUnits: true)),
    ("--mega", FreeText(unit: .scaled(exponent: 2), usesDecimalUnits: true)),
    ("--giga", FreeText(unit: .scaled(exponent: 3), usesDecimalUnits: true)),
    ("--tera", FreeText(unit: .scaled(exponent: 4), usesDecimalUnits: true)),
    ("-w", FreeText(isWide: true)),
    ("-h -w -t", FreeText(unit: .human, isWide: true, showsTotal: true)),
    ("-l -t -v", FreeText(showsLowAndHigh: true, showsTotal: true, showsCommitted: true)),
    ("-t -m", FreeText(unit: .scaled(exponent: 2), showsTotal: true)),
  ]

  @Test("free", arguments: variants.map(\.options))
  func free(options: String) throws {
    let recorded = try Self.recorded.get()
    let table = try #require(Self.variants.first { $0.options == options }).table
    let command = options.isEmpty ? "free" : "free \(options)"
    let plain = try #require(MemoryInformation(parsing: Recording("amd64-1024").content(of: "/proc/meminfo")))
    #expect(table.text(plain) == recorded.content(of: command))
    let swapping = try #require(MemoryInformation(parsing: recorded.content(of: "meminfo (swap)")))
    #expect(table.text(swapping) == recorded.content(of: "\(command) (swap)"))
  }

  @Test("slabtop", arguments: SlabtopText.Order.allCases)
  func slabtop(order: SlabtopText.Order) throws {
    let recorded = try Self.recorded.get().content(of: "slabtop -o -s \(order.rawValue)")
    let caches = try #require(SlabInformation(parsing: Recording("amd64-1024").content(of: "/proc/slabinfo")))
      .caches
    #expect(!recorded.isEmpty)
    // Only the head of each sorted table was recorded.
    #expect(SlabtopText(order: order).text(caches).hasPrefix(recorded))
  }

  @Test("slabtop as a whole")
  func wholeSlabtop() throws {
    let caches = try #require(SlabInformation(parsing: Recording("amd64-1024").content(of: "/proc/slabinfo")))
      .caches
    #expect(try SlabtopText().text(caches) == Self.recorded.get().content(of: "slabtop"))
  }
}
