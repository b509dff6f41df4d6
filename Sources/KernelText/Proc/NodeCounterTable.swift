// The format of memory.numa_stat: `anon N0=4096 N1=0`.

/// Counters by node, as in `memory.numa_stat`.
public struct NodeCounterTable: KernelFormat {
  /// One line.
  public struct Counter: Equatable, Sendable {
    /// Its name, such as `anon`.
    public var name: String
    /// Its numbers, those of node 0 first.
    public var values: [Int]

    /// Makes a counter.
    public init(name: String, values: [Int]) {
      self.name = name
      self.values = values
    }
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
      guard let name = words.first else { return nil }
      var counter = Counter(name: String(name), values: [])
      for (node, word) in words.dropFirst().enumerated() {
        guard word.hasPrefix("N\(node)="), let value = Int(word.drop { $0 != "=" }.dropFirst()) else {
          return nil
        }
        counter.values.append(value)
      }
      counters.append(counter)
    }
  }

  /// The file's text.
  public var text: String {
    counters.map { counter in
      counter.name + counter.values.enumerated().map { " N\($0)=\($1)" }.joined() + "\n"
    }.joined()
  }
}
