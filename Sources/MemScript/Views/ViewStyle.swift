// What a picture may be made of.

/// The room and the characters for a picture.
public struct ViewStyle: Sendable, Equatable {
  /// How many columns a line may have; at least 40 are used.
  public var width: Int
  /// Whether blocks and lines of Unicode may be used, or ASCII alone.
  public var isUnicode: Bool
  /// Whether colours (ECMA-48, SGR) may be used. Nothing is told by colour alone.
  public var isColored: Bool

  /// Makes a style; by default what every terminal and file takes.
  public init(width: Int = 80, isUnicode: Bool = false, isColored: Bool = false) {
    self.width = width
    self.isUnicode = isUnicode
    self.isColored = isColored
  }

  /// The columns to use.
  var columns: Int { min(max(width, 40), 200) }

  /// A text in a colour of ECMA-48, where colours may be used.
  func colored(_ text: String, _ code: Int) -> String {
    isColored && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// A bar of parts, each drawn with its own sign; what is left is drawn as empty.
  ///
  /// A part that is not zero has a cell at least, as long as there are cells.
  ///
  /// - Parameters:
  ///   - parts: amounts with the kind they are drawn as.
  ///   - total: the amount that the whole bar stands for.
  ///   - cells: how many cells the bar has.
  func bar(_ parts: [(amount: UInt64, fill: Fill)], of total: UInt64, cells: Int) -> String {
    var text = ""
    var used = 0
    for part in parts where part.amount > 0 && total > 0 {
      let share = Int((Double(part.amount) / Double(total) * Double(cells)).rounded())
      let count = min(max(share, 1), cells - used)
      guard count > 0 else { break }
      text += drawn(String(repeating: sign(part.fill), count: count), part.fill)
      used += count
    }
    return text + drawn(String(repeating: sign(.empty), count: max(cells - used, 0)), .empty)
  }

  /// What a part of a bar or picture stands for.
  enum Fill: CaseIterable {
    /// In memory, or in use.
    case full
    /// In huge pages.
    case huge
    /// Shared with others.
    case shared
    /// In swap.
    case swapped
    /// Freed, and kept by an allocator.
    case freed
    /// Freed, in the thread's cache.
    case cached
    /// The unused end.
    case top
    /// A page in memory, under what lies in it.
    case resident
    /// Nothing.
    case empty
  }

  /// The sign of a part.
  func sign(_ fill: Fill) -> Character {
    switch fill {
    case .full: isUnicode ? "█" : "#"
    case .huge: isUnicode ? "▓" : "H"
    case .shared: isUnicode ? "▒" : "s"
    case .swapped: isUnicode ? "◌" : "~"
    case .freed: isUnicode ? "░" : "-"
    case .cached: isUnicode ? "▒" : "t"
    case .top: isUnicode ? "·" : "."
    case .resident: isUnicode ? "▔" : "^"
    case .empty: isUnicode ? "·" : "."
    }
  }

  /// A drawn text in the colour of what it stands for.
  func drawn(_ text: String, _ fill: Fill) -> String {
    switch fill {
    case .full: colored(text, 32)
    case .huge: colored(text, 36)
    case .shared: colored(text, 34)
    case .swapped: colored(text, 35)
    case .freed: colored(text, 33)
    case .cached: colored(text, 36)
    case .top, .resident, .empty: colored(text, 90)
    }
  }

  /// The signs of some parts with what they mean, in as many lines as they take.
  ///
  /// - Parameter first: what stands in front of them.
  func legend(_ entries: [(Fill, String)], behind first: String = "") -> String {
    var text = first
    var used = first.count
    for (fill, meaning) in entries {
      let length = meaning.count + 2
      if used > 0, used + 3 + length > columns {
        text += "\n"
        used = 0
      } else if used > 0 {
        text += "   "
        used += 3
      }
      text += "\(drawn(String(sign(fill)), fill)) \(meaning)"
      used += length
    }
    return text + "\n"
  }
}
