// Amounts side by side in a line of a message: `free:12kB min:4kB all_unreclaimable? no`.

/// The amounts in a line of a message, in their order.
public struct MessageAmounts: Sendable, Equatable {
  /// In what an amount is told.
  public enum Unit: String, Sendable, CaseIterable {
    /// In KiB.
    case kilobytes = "kB"
    /// In KiB too: which of the two, is the kernel's whim.
    case capitalKilobytes = "KB"
    /// In pages.
    case pages = ""
  }

  /// One of them.
  public enum Entry: Sendable, Equatable {
    /// A number: `free:12kB`, or `shmem_thp: 0kB` with a blank.
    case amount(NamedValue, Unit, hasBlank: Bool)
    /// An answer: `all_unreclaimable? yes`.
    case answer(String, Bool)

    /// As it is printed.
    public var text: String {
      switch self {
      case .amount(let amount, let unit, let hasBlank):
        "\(amount.name):\(hasBlank ? " " : "")\(amount.value)\(unit.rawValue)"
      case .answer(let question, let answer): "\(question)? \(answer ? "yes" : "no")"
      }
    }
  }

  /// The entries.
  public var entries: [Entry] = []

  /// Makes a line without amounts.
  public init() {}

  /// Makes a line of amounts of one unit.
  ///
  /// - Parameters:
  ///   - amounts: the amounts.
  ///   - unit: their unit.
  public init(_ amounts: KeyValuePairs<String, Int>, in unit: Unit = .kilobytes) {
    entries = amounts.map { .amount(NamedValue($0.key, $0.value), unit, hasBlank: false) }
  }

  /// Reads what can be read of a line: what is cut or of another form is left out.
  init(reading line: ArraySlice<UInt8>) {
    var cursor = TextCursor(line)
    while !cursor.isAtEnd {
      cursor.skipSpaces()
      let word = cursor.word()
      if word.last == UInt8(ascii: "?") {
        var ahead = cursor
        guard ahead.take(" yes") || ahead.take(" no"), ahead.isAtEnd || ahead.next == UInt8(ascii: " ") else {
          continue
        }
        entries.append(.answer(word.dropLast().text, cursor.rest.starts(with: " yes")))
        cursor = ahead
      } else if let colon = word.lastIndex(of: UInt8(ascii: ":")) {
        let hasBlank = colon == word.endIndex - 1
        var number = TextCursor(word[(colon + 1)...])
        if hasBlank {
          number = cursor
          number.skipSpaces()
        }
        guard let value = number.count() else { continue }
        let unit = Self.unit(&number)
        if hasBlank { cursor = number }
        guard let unit else { continue }
        entries.append(.amount(NamedValue(word[..<colon].text, value), unit, hasBlank: hasBlank))
      }
    }
  }

  private static func unit(_ cursor: inout TextCursor) -> Unit? {
    let unit: Unit = cursor.take("kB") ? .kilobytes : cursor.take("KB") ? .capitalKilobytes : .pages
    return cursor.isAtEnd || cursor.next == UInt8(ascii: " ") ? unit : nil
  }

  /// Adds an amount.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - value: how much.
  ///   - unit: in what.
  ///   - hasBlank: whether a blank stands behind the colon.
  public mutating func add(_ name: String, _ value: Int, _ unit: Unit = .kilobytes, hasBlank: Bool = false) {
    entries.append(.amount(NamedValue(name, value), unit, hasBlank: hasBlank))
  }

  /// Adds an answer.
  public mutating func add(_ question: String, _ answer: Bool) { entries.append(.answer(question, answer)) }

  /// The amounts in KiB.
  public var kilobytes: [NamedValue] { amounts { $0 != .pages } }
  /// The amounts in pages.
  public var pages: [NamedValue] { amounts { $0 == .pages } }

  private func amounts(in isWanted: (Unit) -> Bool) -> [NamedValue] {
    entries.compactMap {
      if case .amount(let amount, let unit, _) = $0, isWanted(unit) { amount } else { nil }
    }
  }

  /// The line.
  public var text: String { entries.map(\.text).joined(separator: " ") }
}
