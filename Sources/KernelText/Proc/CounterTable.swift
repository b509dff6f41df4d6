// The lines `name 123` of /proc/vmstat, memory.stat and memory.events.

/// Lines of a name and a number, as in `/proc/vmstat` and `memory.stat`; of any kernel.
public struct CounterTable: KernelFormat {
  /// One line.
  public struct Counter: Equatable, Sendable {
    /// Its name, such as `pgfault`.
    public var name: String
    /// Its number.
    public var value: Int

    /// Makes a counter.
    public init(name: String, value: Int) {
      self.name = name
      self.value = value
    }

    /// Its line.
    public var text: String { "\(name) \(value)\n" }
  }

  /// The lines in their order.
  public var counters: [Counter]

  /// Makes a table.
  public init(counters: [Counter]) { self.counters = counters }

  /// Reads lines; nil when one is of another form.
  public init?(parsing text: String) {
    counters = []
    for line in text.fileLines {
      let words = line.words
      guard words.count == 2, let value = Int(words[1]) else { return nil }
      counters.append(Counter(name: String(words[0]), value: value))
    }
  }

  /// The number of the first line of a name; nil where there is none.
  public subscript(name: String) -> Int? { counters.first { $0.name == name }?.value }

  /// The file's text.
  public var text: String { counters.map(\.text).joined() }
}
