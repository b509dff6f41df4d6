// The lines `Name:      123 kB` of /proc/meminfo and /proc/PID/smaps.

/// Lines of a name and a number, the number ending in column 24 as in `/proc/meminfo`; of any kernel.
public struct KibibyteTable: KernelFormat {
  /// One line.
  public struct Field: Equatable, Sendable {
    /// Its name, such as `MemTotal`.
    public var name: String
    /// Its number: KiB, or a count.
    public var value: UInt64
    /// Whether it is an amount of memory, behind which `kB` stands.
    public var isAmount: Bool
  }

  /// The lines in their order.
  public private(set) var fields: [Field] = []

  /// The column in which a number ends.
  private static let numberEnd = 24
  /// The width of the column of names; a longer name takes room from the number.
  private static let nameWidth = 16

  /// Makes a table without lines.
  public init() {}

  /// Reads lines; nil when one is none of this form.
  public init?(parsing text: String) {
    for line in text.fileLines {
      guard let field = Self.field(of: line) else { return nil }
      fields.append(field)
    }
  }

  /// Reads one line.
  static func field(of line: Substring) -> Field? {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    var rest = line[line.index(after: colon)...].drop { $0 == " " }
    let isAmount = rest.hasSuffix(" kB")
    if isAmount { rest = rest.dropLast(3) }
    guard let value = UInt64(rest) else { return nil }
    return Field(name: String(line[..<colon]), value: value, isAmount: isAmount)
  }

  /// The number of the first line of a name; nil where there is none.
  public subscript(name: String) -> UInt64? { fields.first { $0.name == name }?.value }

  /// Adds `NAME:    N kB`.
  public mutating func add(_ name: String, kibibytes: some BinaryInteger) {
    fields.append(Field(name: name, value: UInt64(clamping: kibibytes), isAmount: true))
  }

  /// Adds `NAME:    N` for a number that is not an amount of memory.
  public mutating func add(_ name: String, count: Int) {
    fields.append(Field(name: name, value: UInt64(clamping: count), isAmount: false))
  }

  mutating func append(_ field: Field) { fields.append(field) }

  /// The lines, each with its newline.
  public var text: String {
    fields.reduce(into: "") { text, field in
      let label = "\(field.name):".alignedLeft(Self.nameWidth)
      text +=
        label + field.value.decimal(Self.numberEnd - label.utf8.count) + (field.isAmount ? " kB\n" : "\n")
    }
  }
}
