// What all files of /proc and /sys have in common: a value that prints, and the same value read back.

/// A file of `/proc` or `/sys` as a value: what its text says, and the text again.
public protocol KernelFile: Equatable, Sendable {
  /// Reads a file's text; nil for a text that no kernel prints so.
  init?(parsing text: String)

  /// The file's text as the kernel prints it, each line with its newline.
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
