// The functions that the language itself has, one line each.

/// A function of the language. Its name, how many arguments it takes, and how it is written.
enum BuiltinFunction: String, CaseIterable {
  case len, push, append, pop, insert, remove, sort, reverse, range, fill, slice, contains, find
  case min, max, sum, abs, int, double, pointer, str, hex, type, join, split, lines, upper, lower, format
  case keys, values, `throw`, floor, ceil, round, sqrt, fabs, labs, llabs
  /// The operator of the shell's arithmetic; no script can call it.
  case power = "**"

  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
  static let byIndex = allCases

  /// The names that scripts write.
  static let names = allCases.filter { $0 != .power }.map(\.rawValue)

  static func named(_ name: String) -> BuiltinFunction? { byName[name] }

  var index: Int { BuiltinFunction.byIndex.firstIndex(of: self) ?? 0 }

  var arity: ClosedRange<Int> {
    switch self {
    case .len, .reverse, .sort, .sum, .abs, .int, .double, .pointer, .str, .hex, .type, .upper,
      .lower, .lines, .keys, .values, .throw, .floor, .ceil, .round, .sqrt, .fabs, .labs, .llabs:
      1...1
    case .pop: 1...2
    case .push, .append: 2...Int.max
    case .remove, .fill, .contains, .find, .power: 2...2
    case .split: 1...2
    case .format: 1...Int.max
    case .insert: 3...3
    case .range: 1...3
    case .slice: 2...3
    case .min, .max: 1...Int.max
    case .join: 1...2
    }
  }

  /// One sentence: what it does.
  var summary: String {
    switch self {
    case .len: "The number of elements of a list, of entries of a map, or of characters of a string."
    case .push, .append: "Appends values to a list."
    case .pop: "Takes the last element of a list out, or the one at an index, and returns it."
    case .insert: "Puts an element before the one at an index."
    case .remove: "Takes the element at an index, or the entry of a key, out and returns it."
    case .sort: "Sorts a list in place and returns it."
    case .reverse: "Reverses a list in place and returns it."
    case .range: "A list of integers from start, 0 when it is left out, up to before end."
    case .fill: "A list of equal elements."
    case .slice: "The part of a list or string from start up to before end."
    case .contains: "Whether a list has an element, a map a key, or a string a part."
    case .find: "Where an element or a part is, -1 for nowhere."
    case .min, .max: "The \(self == .min ? "smallest" : "largest") of a list's elements or of the arguments."
    case .sum: "The sum of a list's numbers."
    case .abs, .labs, .llabs, .fabs:
      "A number without its sign; \(self == .fabs ? "always a double" : "an integer stays one")."
    case .int: "A number without its fraction, a pointer's bits, or the number that a string writes."
    case .double: "A number, or the one that a string writes, as a double."
    case .pointer: "The pointer with an integer's bits."
    case .throw: "Ends with an error of the script, which `try ... catch` may catch."
    case .str: "A value as print shows it."
    case .hex: "An integer or pointer as a hexadecimal string."
    case .type: "The kind of a value: int, double, bool, pointer, NULL, string, list or map."
    case .join: "The texts of a list's elements with a separator between them."
    case .split: "The parts of a string between separators, or its words between blanks and line ends."
    case .lines: "The lines of a string, without their ends."
    case .upper, .lower: "A string with its ASCII letters in \(rawValue) case."
    case .format: "The text that printf would print."
    case .keys: "The keys of a map, in the order of their insertion."
    case .values: "The values of a map, in the order of its keys."
    case .floor: "The largest whole number that is not above a number, as a double."
    case .ceil: "The smallest whole number that is not below a number, as a double."
    case .round: "The nearest whole number, halves away from zero, as a double."
    case .sqrt: "The square root of a number, as a double."
    case .power: "A power, in the shell's arithmetic."
    }
  }

  /// How a call is written, for messages.
  var usage: String {
    switch self {
    case .len: "len(list, map or string)"
    case .push, .append: "\(rawValue)(list, value, ...)"
    case .pop: "pop(list[, index])"
    case .insert: "insert(list, index, value)"
    case .remove: "remove(list or map, index or key)"
    case .sort: "sort(list)"
    case .reverse: "reverse(list)"
    case .range: "range(end), range(start, end[, step])"
    case .fill: "fill(count, value)"
    case .slice: "slice(list or string, start[, end])"
    case .contains: "contains(list, map or string, value or key)"
    case .find: "find(list or string, value)"
    case .min, .max: "\(rawValue)(list), \(rawValue)(value, ...)"
    case .sum: "sum(list)"
    case .abs, .labs, .llabs: "\(rawValue)(number)"
    case .int: "int(value)"
    case .pointer: "pointer(integer)"
    case .str: "str(value)"
    case .hex: "hex(integer)"
    case .type: "type(value)"
    case .join: "join(list[, separator])"
    case .split: "split(string[, separator])"
    case .lines: "lines(string)"
    case .format: "format(format, value, ...)"
    case .double: "double(value)"
    case .keys, .values: "\(rawValue)(map)"
    case .floor, .ceil, .round, .sqrt, .fabs: "\(rawValue)(number)"
    case .power: "x ** n"
    case .throw: "throw(message)"
    case .upper, .lower: "\(rawValue)(string)"
    }
  }
}
