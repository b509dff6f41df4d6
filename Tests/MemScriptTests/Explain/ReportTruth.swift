// Logs recorded in situations made on purpose, with what is true of each report.

import Foundation

@testable import MemScript

/// The recordings in `Recordings/reports`, made on Debian's 5.10, 6.1, 6.12 and 7.2 under QEMU.
struct ReportTruth {
  /// The logs by name, each with its reports as JSON objects.
  let files: [(name: String, reports: [[String: Any]])]

  /// Reads what is true.
  init() throws {
    let data = try PackedFile.unpack("reports/known-cause/truth.json")
    let truth = try JSONSerialization.jsonObject(with: data) as? [String: [String: [String: Any]]]
    files = (truth?["files"] ?? [:]).map { ($0.key, $0.value["reports"] as? [[String: Any]] ?? []) }
      .sorted { $0.name < $1.name }
  }

  /// A log's bytes.
  static func log(_ name: String) throws -> [UInt8] {
    [UInt8](try PackedFile.unpack("reports/known-cause/" + name.replacing(".gz", with: "")))
  }

  /// A log's lines.
  static func lines(_ name: String) throws -> [[UInt8]] {
    try log(name).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) }
  }
}

extension Array where Element == [UInt8] {
  /// The lines as one log.
  var log: [UInt8] { [UInt8](joined(separator: CollectionOfOne(UInt8(ascii: "\n")))) }
}
