// The format of /proc/PID/status.

/// `/proc/PID/status`: lines of a name and what the kernel says of it, of any kernel (proc(5)).
public struct ProcessStatus: KernelFormat {
  /// One line.
  public struct Line: Equatable, Sendable {
    /// Its name, such as `VmRSS`.
    public var name: String
    /// What stands behind the colon and the tab.
    public var value: String

    /// Makes a line.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The lines in their order.
  public var lines: [Line]

  /// Makes a file.
  public init(lines: [Line]) { self.lines = lines }

  /// Reads a file; nil when a line has no colon and tab.
  public init?(parsing text: String) {
    lines = []
    for line in text.fileLines {
      guard let tab = line.utf8.firstIndex(of: UInt8(ascii: "\t")), line[..<tab].hasSuffix(":") else {
        return nil
      }
      lines.append(
        Line(name: String(line[..<tab].dropLast()), value: String(line[line.index(after: tab)...])))
    }
  }

  /// What the first line of a name says; nil where there is none.
  public subscript(name: String) -> String? { lines.first { $0.name == name }?.value }

  /// An amount such as `VmRSS` in KiB, or a number; nil where there is no such line, or no number in it.
  public func number(_ name: String) -> Int? {
    self[name].flatMap { $0.split { $0 == " " || $0 == "\t" }.first }.flatMap { Int($0) }
  }

  /// The file's text.
  public var text: String { lines.map { "\($0.name):\t\($0.value)\n" }.joined() }
}
