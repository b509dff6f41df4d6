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
    if let place = line.firstIndex(of: "oom-killer:") {
      guard let name = Self.asker(line[..<place]), Self.goesOn(line[(place + 11)...], with: " gfp_mask=0x")
      else {
        return nil
      }
      // Linux 2.6.9 does not name who asked.
      self.init(outcome: .oomKiller, name: name.isEmpty ? nil : name)
      let rest = line[(place + 11)...]
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
    for (words, outcome) in Self.failures {
      // The name may have a colon of its own.
      guard let colon = line.firstIndex(of: words) else { continue }
      guard let name = Self.name(line[..<colon]) else { return nil }
      self.init(outcome: outcome, name: name)
      let rest = line[(colon + 2)...]
      let behind = rest.dropFirst(words.utf8CodeUnitCount - 2)
      guard
        rest.contains("mode:") || Self.goesOn(behind, with: ": order:")
          || Self.goesOn(behind, with: ". order:")
      else { return nil }
      if let mode = rest.firstIndex(of: ", mode:") { failure = rest[..<mode].text }
      let end = readFlags(after: "mode:", in: rest)
      order = rest.number(after: "order:", endsWith: ",")
      if end.starts(with: ", ") { place = end.dropFirst(2).text }
      return
    }
    return nil
  }

  /// What failed, by the words behind the name of who asked.
  private static let failures: [(StaticString, Outcome)] = [
    (": page allocation failure", .failure), (": page allocation stall", .stall),
    (": vmalloc error", .failure), (": vmalloc: allocation failure", .failure),
    (": vmemmap alloc failure", .failure),
  ]

  /// Whether a text goes on with some words, or with as many of them as a cut line has.
  private static func goesOn(_ rest: ArraySlice<UInt8>, with words: StaticString) -> Bool {
    let rest = rest.trimmed
    let length = min(rest.count, words.utf8CodeUnitCount)
    return rest.prefix(length).elementsEqual(UnsafeBufferPointer(start: words.utf8Start, count: length))
  }

  /// The name before ` invoked oom-killer`; empty where the line begins with the killer; nil for prose.
  private static func asker(_ before: ArraySlice<UInt8>) -> String? {
    if before.isEmpty { return "" }
    guard let place = before.lastIndex(of: " invoked "), place + 9 == before.endIndex else { return nil }
    return name(before[..<place])
  }

  /// The name of a task at the end of a text, of at most 15 bytes (`TASK_COMM_LEN`); nil for prose.
  private static func name(_ text: ArraySlice<UInt8>) -> String? {
    let prose: [StaticString] = ["Subject:", "#", "Title:", "title:", "Re:", "//", "* "]
    guard !prose.contains(where: { text.starts(with: $0) }) else { return nil }
    guard text.count > 15 else { return text.text }
    // What stands before it is a prefix that nobody knew.
    let cut = text.lastIndex(of: "] ").map { text[($0 + 2)...] } ?? text
    if cut.count <= 15 { return cut.text }
    let word = cut.lastIndex(of: UInt8(ascii: " ")).map { cut[($0 + 1)...] } ?? cut
    return word.count <= 15 ? word.text : word.prefix(15).text
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
