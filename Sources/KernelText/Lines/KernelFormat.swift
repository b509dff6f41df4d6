// What all texts of the kernel have in common: a value that prints, and the same value read back.

/// A text of the kernel, such as a file of `/proc` or a message in the log, as a value: what it says, and the text again.
public protocol KernelFormat: Equatable, Sendable {
  /// Reads a text; nil for one that no kernel prints so.
  init?(parsing text: String)

  /// The text as the kernel prints it: each line with its newline, but a message of one line has none.
  var text: String { get }
}

extension String {
  /// The lines of a file's text without their newlines; what follows the last one is a line where there is any.
  var fileLines: [Substring] {
    var lines = split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}

extension Substring {
  /// The words between spaces and tabs.
  var words: [Substring] { split { $0 == " " || $0 == "\t" } }
}

extension Array where Element == Substring {
  /// All words as numbers; nil where one is none.
  var numbers: [Int]? {
    let numbers = compactMap { Int($0) }
    return numbers.count == count ? numbers : nil
  }
}
