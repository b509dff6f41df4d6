// A parameter of mallopt(3) as a user writes it: `M_TRIM_THRESHOLD=0`, `TOP_PAD=64K`.

import LinuxMemory

/// One call of mallopt(3).
package struct MallocSetting: Equatable, Sendable {
  /// The parameter's name in malloc.h.
  package let name: String
  /// The parameter's number.
  package let parameter: Int32
  /// The value, a C `int`.
  package let value: Int32

  private static let prefix = "M_"

  /// The names of all parameters, sorted.
  package static let names = Constants.names.filter { $0.hasPrefix(prefix) }

  /// Reads `NAME=VALUE`.
  ///
  /// - Parameter text: The name as malloc.h has it, its `M_` may be left out; an integer, or a size with `K`, `M` or
  ///   `G`.
  /// - Throws: ``ReplayError`` that names what is possible.
  package init(_ text: String) throws(ReplayError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw ReplayError(message: "'\(text)' is not NAME=VALUE", hint: "write for example TRIM_THRESHOLD=64K")
    }
    let written = parts[0].uppercased()
    name = written.hasPrefix(Self.prefix) ? written : Self.prefix + written
    guard Self.names.contains(name), case .integer(let number)? = Constants.value(of: name) else {
      throw ReplayError(
        message: "mallopt has no parameter '\(parts[0])'",
        hint: "there are " + Self.names.joined(separator: ", "))
    }
    parameter = Int32(truncatingIfNeeded: number)
    guard let value = Self.value(parts[1]) else {
      throw ReplayError(
        message: "'\(parts[1])' is not a value of \(name)",
        hint: "a value is an int from \(Int32.min) to \(Int32.max), or a size such as 64K")
    }
    self.value = value
  }

  private static func value(_ text: String) -> Int32? {
    if let number = Int64(text) { return Int32(exactly: number) }
    return ByteCount.parse(text).flatMap { Int32(exactly: $0) }
  }

  /// `M_TRIM_THRESHOLD=0`.
  package var text: String { "\(name)=\(value)" }

  /// The call.
  var operation: AllocationOperation {
    AllocationOperation(
      .mallopt, .null, UInt64(bitPattern: Int64(parameter)), UInt64(bitPattern: Int64(value)))
  }
}
