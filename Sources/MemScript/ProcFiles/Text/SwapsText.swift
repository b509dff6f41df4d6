// The format of /proc/swaps.

/// One swap area as `/proc/swaps` prints it.
struct SwapsLine: Equatable {
  /// The device or file.
  var path: String
  /// Whether it is a block device.
  var isPartition: Bool
  /// Its size and what is in use, in KiB.
  var size: Int, used: Int
  /// Its priority; areas without a wish count down from -2.
  var priority: Int

  /// The line above the areas.
  static let header = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

  /// The line with its newline.
  var text: String {
    let gap = String(repeating: " ", count: max(1, 40 - path.utf8.count))
    let type = isPartition ? "partition" : "file\t"
    // Numbers of up to seven digits leave room for a second tab.
    let sizeGap = size < 10_000_000 ? "\t" : ""
    let usedGap = used < 10_000_000 ? "\t" : ""
    return "\(path)\(gap)\(type)\t\(size)\t\(sizeGap)\(used)\t\(usedGap)\(priority)\n"
  }
}
