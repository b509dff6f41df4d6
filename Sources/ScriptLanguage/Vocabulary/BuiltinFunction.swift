// The functions that the language itself has, one line each.

/// A function of the language. Its name, how many arguments it takes, and how it is written.
enum BuiltinFunction: String, CaseIterable {
  case len, push, append, pop, insert, remove, sort, reverse, range, fill, slice, contains, find
  case min, max, sum, abs, int, pointer, str, hex, type, join, split, upper, lower

  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
  static let byIndex = allCases

  static func named(_ name: String) -> BuiltinFunction? { byName[name] }

  var index: Int { BuiltinFunction.byIndex.firstIndex(of: self) ?? 0 }

  var arity: ClosedRange<Int> {
    switch self {
    case .len, .reverse, .sort, .sum, .abs, .int, .pointer, .str, .hex, .type, .upper, .lower: 1...1
    case .pop: 1...2
    case .push, .append: 2...Int.max
    case .remove, .fill, .contains, .find, .split: 2...2
    case .insert: 3...3
    case .range: 1...3
    case .slice: 2...3
    case .min, .max: 1...Int.max
    case .join: 1...2
    }
  }

  /// How a call is written, for messages.
  var usage: String {
    switch self {
    case .len: "len(list or string)"
    case .push, .append: "\(rawValue)(list, value, …)"
    case .pop: "pop(list[, index])"
    case .insert: "insert(list, index, value)"
    case .remove: "remove(list, index)"
    case .sort: "sort(list)"
    case .reverse: "reverse(list)"
    case .range: "range(end), range(start, end[, step])"
    case .fill: "fill(count, value)"
    case .slice: "slice(list or string, start[, end])"
    case .contains: "contains(list or string, value)"
    case .find: "find(list or string, value)"
    case .min, .max: "\(rawValue)(list), \(rawValue)(value, …)"
    case .sum: "sum(list)"
    case .abs: "abs(integer)"
    case .int: "int(value)"
    case .pointer: "pointer(integer)"
    case .str: "str(value)"
    case .hex: "hex(integer)"
    case .type: "type(value)"
    case .join: "join(list[, separator])"
    case .split: "split(string, separator)"
    case .upper, .lower: "\(rawValue)(string)"
    }
  }
}
