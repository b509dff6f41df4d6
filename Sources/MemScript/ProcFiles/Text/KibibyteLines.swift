// The lines `Name:      123 kB` of /proc/meminfo and /proc/PID/smaps.

/// Text that grows by lines of a name and a number, the number ending in column 24 as in `/proc/meminfo`.
struct KibibyteLines {
  /// The lines so far, each with its newline.
  private(set) var text = ""

  /// The column in which a number ends.
  private static let numberEnd = 24
  /// The width of the column of names; a longer name takes room from the number.
  private static let nameWidth = 16

  /// Adds `NAME:    N kB`.
  mutating func add(_ name: String, kibibytes: some BinaryInteger) {
    add(name, number: kibibytes)
    text += " kB\n"
  }

  /// Adds `NAME:    N` for a number that is not an amount of memory.
  mutating func add(_ name: String, count: Int) {
    add(name, number: count)
    text += "\n"
  }

  private mutating func add(_ name: String, number: some BinaryInteger) {
    let label = "\(name):".alignedLeft(Self.nameWidth)
    text += label + number.decimal(Self.numberEnd - label.utf8.count)
  }
}
