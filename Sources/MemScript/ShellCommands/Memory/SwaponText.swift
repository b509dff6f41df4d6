// The table of swapon --show.

import LinuxMemory

/// The table of `swapon --show` (util-linux).
enum SwaponText {
  /// One area.
  struct Row: Equatable {
    var path: String
    var isPartition: Bool
    /// Bytes.
    var size: UInt64, used: UInt64
    var priority: Int
  }

  /// The areas that are on.
  static func rows(of machine: Machine) -> [Row] {
    machine.swap.active.map { area in
      Row(
        path: area.path, isPartition: area.kind == .partition, size: UInt64(area.slotCount) * 4096,
        used: UInt64(area.usedCount) * 4096, priority: area.priority)
    }
  }

  /// The table; nothing at all when no area is on.
  static func table(_ rows: [Row], inBytes: Bool, hidesHeadings: Bool) -> String {
    if rows.isEmpty { return "" }
    var cells = rows.map { row in
      [
        row.path, row.isPartition ? "partition" : "file", sizeText(row.size, inBytes),
        sizeText(row.used, inBytes), String(row.priority),
      ]
    }
    if !hidesHeadings { cells.insert(["NAME", "TYPE", "SIZE", "USED", "PRIO"], at: 0) }
    let widths = (0..<5).map { column in cells.map { $0[column].utf8.count }.max() ?? 0 }
    return cells.map { row in
      let parts = row.enumerated().map { column, text in
        column < 2 ? text.alignedLeft(widths[column]) : text.alignedRight(widths[column])
      }
      return parts.joined(separator: " ") + "\n"
    }.joined()
  }

  /// A size as util-linux writes it: whole units, or one digit behind the point.
  static func sizeText(_ bytes: UInt64, _ inBytes: Bool) -> String {
    if inBytes { return String(bytes) }
    var exponent = 0
    while exponent < 6, bytes >> (10 * UInt64(exponent + 1)) > 0 { exponent += 1 }
    let letter = ["B", "K", "M", "G", "T", "P", "E"][exponent]
    guard exponent > 0 else { return "\(bytes)B" }
    let shift = 10 * UInt64(exponent)
    var whole = bytes >> shift
    let rest = bytes & ((1 << shift) - 1)
    var tenths =
      shift > 50
      ? ((rest >> 10) * 10 + (1 << (shift - 11))) >> (shift - 10)
      : (rest * 10 + (1 << (shift - 1))) >> shift
    if tenths == 10 {
      whole += 1
      tenths = 0
    }
    return tenths == 0 ? "\(whole)\(letter)" : "\(whole).\(tenths)\(letter)"
  }
}
