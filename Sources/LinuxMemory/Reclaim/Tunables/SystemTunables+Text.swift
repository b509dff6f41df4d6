// Reading and writing the settings as the text of their files.

extension SystemTunables {
  /// The names of all settings in order, as in `/proc/sys/vm` (without the `vm.` that sysctl(8) puts before).
  public static let names: [String] = TunableKind.table.map(\.name)

  /// Reads a setting.
  ///
  /// - Parameter name: its name in `/proc/sys/vm`.
  /// - Returns: the text of the file without a newline; `ENOENT` for an unknown name, `EACCES` for a trigger
  ///   such as `drop_caches`, which can only be written.
  public func text(of name: String) -> Result<String, Errno> {
    switch Self.kind(of: name) {
    case nil: .failure(.ENOENT)
    case .integer(let path, _): .success(String(self[keyPath: path]))
    case .unsigned(let path, _): .success(String(self[keyPath: path]))
    case .list(let path): .success(self[keyPath: path].map { String($0) }.joined(separator: "\t"))
    case .trigger: .failure(.EACCES)
    }
  }

  /// Whether a setting keeps no value and can only be written.
  public static func isTrigger(_ name: String) -> Bool {
    if case .trigger = kind(of: name) { true } else { false }
  }

  /// Stores what was written to a setting's file, checked as the kernel checks it.
  ///
  /// - Parameters:
  ///   - name: its name in `/proc/sys/vm`.
  ///   - text: what was written: numbers in decimal, `0x` hexadecimal or octal; what follows the last one
  ///     expected after a blank is ignored.
  /// - Returns: the first number written; `ENOENT` for an unknown name, `EINVAL` for no number or one out of
  ///   range (kernel/sysctl.c).
  public mutating func write(_ name: String, text: String) -> Result<Int, Errno> {
    guard let kind = Self.kind(of: name) else { return .failure(.ENOENT) }
    guard !text.isEmpty else { return .success(0) }
    var rest = Array(text.utf8.prefix { $0 != 0 })[...]
    switch kind {
    case .integer(let path, let range):
      return integer(&rest, in: range).map { value in
        self[keyPath: path] = value
        pair(name)
        return value
      }
    case .trigger(let range):
      return integer(&rest, in: range)
    case .unsigned(let path, let range):
      return unsigned(&rest, in: range).map { value in
        // The kernel skips a negative number without an error.
        if let value { self[keyPath: path] = value }
        pair(name)
        return Int(clamping: value ?? 0)
      }
    case .list(let path):
      return writeList(&rest, to: path)
    }
  }

  private static func kind(of name: String) -> TunableKind? {
    TunableKind.table.first { $0.name == name }?.kind
  }

  /// What else a write changes: settings that exclude each other clear one another, and the kernel remembers that
  /// `min_free_kbytes` was somebody's wish.
  private mutating func pair(_ name: String) {
    switch name {
    case "overcommit_ratio": overcommitKilobytes = 0
    case "overcommit_kbytes": overcommitRatio = 0
    case "dirty_ratio": dirtyBytes = 0
    case "dirty_bytes": dirtyRatio = 0
    case "dirty_background_ratio": dirtyBackgroundBytes = 0
    case "dirty_background_bytes": dirtyBackgroundRatio = 0
    case "min_free_kbytes": writtenMinFreeKilobytes = minFreeKilobytes
    default: break
    }
  }

  private mutating func writeList(
    _ rest: inout ArraySlice<UInt8>, to path: WritableKeyPath<SystemTunables, [Int]>
  ) -> Result<Int, Errno> {
    var first: Int?
    for position in self[keyPath: path].indices {
      skipBlanks(&rest)
      if rest.isEmpty, first != nil { break }
      switch integer(&rest, in: TunableKind.anyInteger) {
      case .success(let value):
        self[keyPath: path][position] = value
        first = first ?? value
      case .failure(let error):
        return .failure(error)
      }
    }
    return first.map { .success($0) } ?? .failure(.EINVAL)
  }

  private func integer(_ rest: inout ArraySlice<UInt8>, in range: ClosedRange<Int>) -> Result<Int, Errno> {
    number(&rest).flatMap { magnitude, isNegative in
      guard magnitude <= UInt64(Int32.max) + (isNegative ? 1 : 0) else { return .failure(.EINVAL) }
      let value = isNegative ? -Int(magnitude) : Int(magnitude)
      return range.contains(value) ? .success(value) : .failure(.EINVAL)
    }
  }

  private func unsigned(
    _ rest: inout ArraySlice<UInt8>, in range: ClosedRange<UInt64>
  ) -> Result<UInt64?, Errno> {
    number(&rest).flatMap { magnitude, isNegative in
      if isNegative { return .success(nil) }
      return range.contains(magnitude) ? .success(magnitude) : .failure(.EINVAL)
    }
  }

  /// Takes one number, which a blank or the end must follow (`proc_get_long`).
  private func number(_ rest: inout ArraySlice<UInt8>) -> Result<(UInt64, Bool), Errno> {
    skipBlanks(&rest)
    var isNegative = false
    if rest.first == UInt8(ascii: "-"), rest.count > 1 {
      isNegative = true
      rest = rest.dropFirst()
    }
    let length = rest.count
    let (magnitude, count, overflow) = KernelNumber.digits(&rest)
    // A number as long as the kernel's scratch buffer of 22 bytes is refused, whatever its value.
    guard count > 0, !overflow, length - rest.count < 21 else { return .failure(.EINVAL) }
    if let next = rest.first, !Self.isBlank(next) { return .failure(.EINVAL) }
    return .success((magnitude, isNegative))
  }

  private func skipBlanks(_ rest: inout ArraySlice<UInt8>) { rest = rest.drop(while: Self.isBlank) }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
