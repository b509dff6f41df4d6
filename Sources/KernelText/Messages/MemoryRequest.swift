// A request for memory that led to a message: who asked for what.

/// The flags of a request as a kernel prints them: `0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO)`.
public struct RequestFlags: Sendable, Equatable {
  /// The number, whose bits depend on the release.
  public var bits: UInt64
  /// The same in words; nil before Linux 4.6.
  public var names: String?

  /// Makes flags.
  ///
  /// - Parameters:
  ///   - bits: the number.
  ///   - names: the same in words; nil for none.
  public init(bits: UInt64, names: String?) {
    self.bits = bits
    self.names = names
  }

  /// The flags in a line.
  public var text: String {
    let number = "0x" + String(bits, radix: 16)
    return names.map { (bits == 0 ? "0" : number) + "(\($0))" } ?? number
  }
}

/// The first line of a message about memory: who asked for what, and what became of it.
public struct MemoryRequest: KernelFormat {
  /// What became of it.
  public enum Outcome: String, Sendable {
    /// The OOM killer was called.
    case oomKiller
    /// It failed.
    case failure
    /// It waited for long.
    case stall
  }

  /// What became of it.
  public var outcome: Outcome
  /// The name of who asked; nil where the line is damaged.
  public var name: String?
  /// The flags (`gfp_mask`), whose bits depend on the release; nil where the line is damaged.
  public var flags: UInt64?
  /// The flags in that release's words; nil before Linux 4.6.
  public var flagNames: String?
  /// 2 to the power of this many pages in one piece; −1 when somebody asked by hand; nil where the line is damaged.
  public var order: Int?
  /// `oom_score_adj` of who asked; nil where it is not told.
  public var adjustment: Int?
  /// The older adjustment under its name, `oomkilladj` or `oom_adj`; before Linux 2.6.36.
  public var olderAdjustment: NamedValue?
  /// What failed, such as `page allocation failure: order:4`; nil for the OOM killer.
  public var failure: String?
  /// What is told of policy and cpuset behind a failure, such as `nodemask=(null),cpuset=/,mems_allowed=0`.
  public var place: String?

  /// Makes a request; see the properties.
  public init(
    outcome: Outcome, name: String?, flags: UInt64? = nil, flagNames: String? = nil, order: Int? = nil,
    adjustment: Int? = nil
  ) {
    self.outcome = outcome
    self.name = name
    self.flags = flags
    self.flagNames = flagNames
    self.order = order
    self.adjustment = adjustment
  }

  /// Reads a line; nil for one of another form.
  public init?(parsing text: String) {
    guard let read = Self(reading: Array(text.utf8)[...]), read.text == text else { return nil }
    self = read
  }

  /// Reads what can be read of a line; nil for another line.
  init?(reading line: ArraySlice<UInt8>) {
    if let place = line.firstIndex(of: " invoked oom-killer") {
      self.init(outcome: .oomKiller, name: line[..<place].text)
      let rest = line[(place + 19)...]
      readFlags(after: "gfp_mask=", in: rest)
      order = rest.number(after: "order=", endsWith: ",")
      adjustment = rest.number(after: "oom_score_adj=")
      for name in ["oomkilladj=", "oom_adj="] as [StaticString] {
        if let value = rest.number(after: name) {
          olderAdjustment = NamedValue(String("\(name)".dropLast()), value)
        }
      }
      return
    }
    for (words, outcome) in [(": page allocation failure", .failure), (": page allocation stall", .stall)]
      as [(StaticString, Outcome)]
    {
      // The name may have a colon of its own.
      guard let colon = line.firstIndex(of: words) else { continue }
      self.init(outcome: outcome, name: line[..<colon].text)
      let rest = line[(colon + 2)...]
      if let mode = rest.firstIndex(of: ", mode:") { failure = rest[..<mode].text }
      let behind = readFlags(after: "mode:", in: rest)
      order = rest.number(after: "order:", endsWith: ",")
      if behind.starts(with: ", ") { place = behind.dropFirst(2).text }
      return
    }
    return nil
  }

  /// Reads the flags.
  ///
  /// - Returns: what stands behind them.
  @discardableResult
  private mutating func readFlags(after words: StaticString, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>
  {
    guard let place = line.firstIndex(of: words) else { return [] }
    var cursor = TextCursor(line[place...])
    _ = cursor.take(words)
    guard let number = cursor.hexadecimal() else { return [] }
    if cursor.next == UInt8(ascii: "("), cursor.take("("), let names = cursor.text(before: UInt8(ascii: ")"))
    {
      flagNames = names.text
    } else if cursor.next != UInt8(ascii: ","), !(cursor.isAtEnd && outcome == .failure) {
      // Cut off: the number may have gone on.
      return []
    }
    flags = number
    return cursor.rest
  }

  /// The line.
  public var text: String {
    let mask = RequestFlags(bits: flags ?? 0, names: flagNames).text
    guard outcome == .oomKiller else {
      return "\(name ?? ""): \(failure ?? ""), mode:\(mask)" + (place.map { ", " + $0 } ?? "")
    }
    let adjusted = olderAdjustment ?? NamedValue("oom_score_adj", adjustment ?? 0)
    return "\(name ?? "") invoked oom-killer: gfp_mask=\(mask), order=\(order ?? 0), "
      + "\(adjusted.name)=\(adjusted.value)"
  }
}
