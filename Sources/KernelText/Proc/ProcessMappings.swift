// The formats of /proc/PID/maps, smaps and smaps_rollup as whole files.

/// The mappings of a process: `/proc/PID/maps`, and with their amounts `smaps` and `smaps_rollup`.
public struct ProcessMappings: KernelFormat {
  /// One mapping.
  public struct Mapping: Equatable, Sendable {
    /// The line of `maps`.
    public var line: MapsLine
    /// The amounts behind it, in the kernel's order; without fields in `maps`.
    public var amounts = KibibyteTable()
    /// The two-letter flags of `VmFlags`; nil where there is no such line.
    public var flags: [String]?

    /// Makes a mapping of which only the line is told.
    public init(_ line: MapsLine) { self.line = line }

    /// An amount in KiB; 0 where there is no line of that name.
    ///
    /// Amounts that no process can have are taken for 16 PiB.
    public func kibibytes(_ name: String) -> UInt64 { min(amounts[name] ?? 0, 1 << 44) }

    /// The lines.
    ///
    /// - Parameter pointerBytes: as for ``MapsLine/text(pointerBytes:)``.
    public func text(pointerBytes: Int) -> String {
      line.text(pointerBytes: pointerBytes) + amounts.text
        + (flags.map { "VmFlags: " + $0.map { $0 + " " }.joined() + "\n" } ?? "")
    }
  }

  /// The mappings in ascending order.
  public var mappings: [Mapping] = []
  /// The bytes of a pointer on the machine, on which the column of names depends.
  public var pointerBytes = 8

  /// Makes a file without mappings.
  public init() {}

  /// Reads a file; nil when a line is of none of its forms.
  public init?(parsing text: String) {
    var knowsPointer = false
    for line in text.fileLines {
      if let mapping = MapsLine(parsing: line) {
        if !knowsPointer, let bytes = MapsLine.pointerBytes(line) {
          (pointerBytes, knowsPointer) = (bytes, true)
        }
        mappings.append(Mapping(mapping))
      } else if mappings.isEmpty {
        return nil
      } else if line.hasPrefix("VmFlags:") {
        mappings[mappings.count - 1].flags = line.dropFirst(8).words.map(String.init)
      } else if let field = KibibyteTable.field(of: line) {
        mappings[mappings.count - 1].amounts.append(field)
      } else {
        return nil
      }
    }
  }

  /// The file's text.
  public var text: String { mappings.map { $0.text(pointerBytes: pointerBytes) }.joined() }
}
