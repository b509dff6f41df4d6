// The format of memory.pressure and /proc/pressure/memory.

/// How long tasks waited for a resource (Documentation/accounting/psi.rst).
public struct PressureInformation: KernelFormat {
  /// One line.
  public struct Stall: Equatable, Sendable {
    /// Who waited: `some` tasks, or all of them (`full`).
    public var kind: String
    /// The shares of the last 10, 60 and 300 seconds in hundredths of a per cent.
    public var averages: [Int]
    /// How long in all, in microseconds.
    public var total: UInt64

    /// Makes a line.
    ///
    /// - Parameters:
    ///   - kind: `some` or `full`.
    ///   - averages: the shares of the last 10, 60 and 300 seconds in hundredths of a per cent.
    ///   - total: how long in all, in microseconds.
    public init(kind: String, averages: [Int], total: UInt64) {
      self.kind = kind
      self.averages = averages
      self.total = total
    }

    fileprivate init?(parsing line: Substring) {
      let words = line.words
      guard words.count == 2 + PressureInformation.seconds.count, let last = words.last,
        last.hasPrefix("total="), let total = UInt64(last.dropFirst(6))
      else { return nil }
      var averages: [Int] = []
      for (word, seconds) in zip(words.dropFirst(), PressureInformation.seconds) {
        let parts = word.split(separator: "=")
        guard parts.count == 2, parts[0] == "avg\(seconds)" else { return nil }
        let digits = parts[1].split(separator: ".")
        guard digits.count == 2, digits[1].utf8.count == 2, let whole = UInt32(digits[0]),
          let hundredths = UInt32(digits[1])
        else { return nil }
        averages.append(Int(whole) * 100 + Int(hundredths))
      }
      self.init(kind: String(words[0]), averages: averages, total: total)
    }

    fileprivate var text: String {
      let shares = zip(PressureInformation.seconds, averages).map { seconds, average in
        "avg\(seconds)=\(average / 100).\(average % 100 < 10 ? "0" : "")\(average % 100) "
      }
      return "\(kind) \(shares.joined())total=\(total)\n"
    }
  }

  /// The lines.
  public var stalls: [Stall]

  /// Over how many seconds the averages go.
  fileprivate static let seconds = [10, 60, 300]

  /// Makes a file.
  public init(stalls: [Stall]) { self.stalls = stalls }

  /// Reads a file; nil when a line is of another form.
  public init?(parsing text: String) {
    let lines = text.fileLines
    stalls = lines.compactMap { Stall(parsing: $0) }
    if stalls.count != lines.count { return nil }
  }

  /// The file's text.
  public var text: String { stalls.map(\.text).joined() }
}
