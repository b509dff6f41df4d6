// The state of a control group as the kernel tells it in the log.

/// The state of a group in a message about its memory (`mem_cgroup_print_oom_meminfo`, mm/memcontrol.c).
public struct GroupState: KernelFormat {
  /// Use and limit of one kind.
  public struct Limit: Sendable, Equatable {
    /// Of what: `memory`, `swap`; with cgroup v1 `memory+swap` and `kmem`.
    public var kind: String
    /// What is used, in KiB.
    public var usage: Int
    /// The limit, in KiB.
    public var limit: Int
    /// How often a charge was refused.
    public var refusals: Int

    /// Makes a line.
    ///
    /// - Parameters:
    ///   - kind: of what.
    ///   - usage: what is used, in KiB.
    ///   - limit: the limit, in KiB.
    ///   - refusals: how often a charge was refused.
    public init(kind: String, usage: Int, limit: Int, refusals: Int) {
      self.kind = kind
      self.usage = usage
      self.limit = limit
      self.refusals = refusals
    }

    init?(parsing line: Substring) {
      let words = line.words
      guard words.count == 7, words[0].last == ":", words[1] == "usage", words[3] == "limit",
        words[5] == "failcnt", let usage = Int(words[2].dropLast(3)), let limit = Int(words[4].dropLast(3)),
        let refusals = Int(words[6])
      else { return nil }
      self.init(kind: String(words[0].dropLast()), usage: usage, limit: limit, refusals: refusals)
      if text != line { return nil }
    }

    /// The line.
    public var text: String { "\(kind): usage \(usage)kB, limit \(limit)kB, failcnt \(refusals)" }
  }

  /// The limits.
  public var limits: [Limit]
  /// The path of the group.
  public var path: String
  /// The statistics of the group, since Linux 5.2: those of `memory.stat`, in 6.1 as far as one message holds them.
  public var statistics: CounterTable
  /// The statistics in one line, before.
  public var amounts: MessageAmounts?
  /// How much of the group is protected; later than Linux 6.18.
  public var protection: MemoryProtection?

  /// Makes a state.
  ///
  /// - Parameters:
  ///   - limits: the limits.
  ///   - path: the path of the group.
  ///   - statistics: those of `memory.stat`.
  public init(limits: [Limit], path: String, statistics: CounterTable) {
    self.limits = limits
    self.path = path
    self.statistics = statistics
  }

  private static let heading = "Memory cgroup stats for "

  /// Reads a state; nil where a line is of another form.
  public init?(parsing text: String) {
    let lines = text.fileLines
    guard let head = lines.firstIndex(where: { $0.hasPrefix(Self.heading) }) else { return nil }
    limits = lines[..<head].compactMap { Limit(parsing: $0) }
    let title = lines[head].dropFirst(Self.heading.utf8.count)
    var counters = lines[(head + 1)...]
    protection = counters.last.flatMap { MemoryProtection(parsing: String($0)) }
    if protection != nil { counters = counters.dropLast() }
    guard limits.count == head,
      let statistics = CounterTable(parsing: counters.map { $0 + "\n" }.joined())
    else { return nil }
    self.statistics = statistics
    if title.hasSuffix(":") {
      path = String(title.dropLast())
    } else {
      let bytes = Array(title.utf8)[...]
      guard let colon = bytes.firstIndex(of: ": ") else { return nil }
      path = bytes[..<colon].text
      amounts = MessageAmounts(reading: bytes[(colon + 2)...])
    }
  }

  /// The lines; with amounts in one line, a blank ends it.
  public var text: String {
    limits.map { $0.text + "\n" }.joined() + Self.heading + path + ":"
      + (amounts.map { " " + $0.text + " \n" } ?? "\n") + statistics.text
      + (protection.map { $0.text + "\n" } ?? "")
  }
}
