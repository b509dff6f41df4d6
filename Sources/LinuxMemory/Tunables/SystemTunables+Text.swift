// Reading and writing the settings as the text of their files.

extension SystemTunables {
  /// The names of all settings in order, as in `/proc/sys/vm` (without the `vm.` that sysctl(8) puts before).
  public var names: [String] { table.lazy.filter(\.isFile).map(\.name) }

  /// Whether there is a file for a setting.
  public func hasFile(_ name: String) -> Bool { tunable(name) != nil }

  /// Reads a setting.
  ///
  /// - Parameter name: its name in `/proc/sys/vm`.
  /// - Returns: the text of the file without a newline; `ENOENT` for an unknown name, `EACCES` for a trigger
  ///   such as `drop_caches`, which can only be written.
  public func text(of name: String) -> Result<String, ErrorNumber> {
    switch tunable(name)?.kind {
    case nil: .failure(.ENOENT)
    case .integer(let path, _), .seconds(let path), .fraction(let path):
      .success(String(self[keyPath: path]))
    case .unsigned(let path, _), .bytes(let path, _): .success(String(self[keyPath: path]))
    case .divisors(let path): .success(self[keyPath: path].map { String($0) }.joined(separator: "\t"))
    case .trigger, .button: .failure(.EACCES)
    }
  }

  /// Stores what was written to a setting's file, checked as the kernel checks it.
  ///
  /// - Parameters:
  ///   - name: its name in `/proc/sys/vm`.
  ///   - text: what was written: numbers in decimal, `0x` hexadecimal or octal; what follows the last one
  ///     expected after a blank is ignored.
  /// - Returns: the first number written; `ENOENT` for an unknown name, `EINVAL` for no number or one out of
  ///   range (kernel/sysctl.c).
  public mutating func write(_ name: String, text: String) -> Result<Int, ErrorNumber> {
    guard let tunable = tunable(name) else { return .failure(.ENOENT) }
    return write(tunable, text: text)
  }

  /// Stores what was written to a setting's file, see ``write(_:text:)``.
  mutating func write(_ tunable: Tunable, text: String) -> Result<Int, ErrorNumber> {
    guard !text.isEmpty else { return .success(0) }
    var rest = Array(text.utf8.prefix { $0 != 0 })[...]
    switch tunable.kind {
    case .integer(let path, let range): return store(integer(&rest, in: range), in: path, tunable)
    case .seconds(let path): return store(integer(&rest, in: TunableKind.ticking), in: path, tunable)
    case .fraction(let path):
      let value = integer(&rest, in: TunableKind.notNegative)
      if case .success(1...7) = value { return .failure(.EINVAL) }
      return store(value, in: path, tunable)
    case .trigger(let range): return integer(&rest, in: range)
    case .button: return .success(1)
    case .unsigned(let path, let range): return store(unsigned(&rest, in: range), in: path, tunable)
    case .bytes(let path, let least):
      return store(unsigned(&rest, in: least...UInt64.max).flatMap(Self.pagesFit), in: path, tunable)
    case .divisors(let path):
      writeDivisors(&rest, to: path)
      return .success(0)
    }
  }

  private mutating func store<Number: BinaryInteger>(
    _ value: Result<Number, ErrorNumber>, in path: WritableKeyPath<SystemTunables, Number>, _ tunable: Tunable
  ) -> Result<Int, ErrorNumber> {
    value.map { number in
      self[keyPath: path] = number
      settle(tunable)
      return Int(clamping: number)
    }
  }

  /// Refuses bytes whose pages have more than 32 bits; the largest numbers wrap around to few pages.
  private static func pagesFit(_ bytes: UInt64) -> Result<UInt64, ErrorNumber> {
    (bytes &+ 4095) / 4096 > UInt64(UInt32.max) ? .failure(.ERANGE) : .success(bytes)
  }

  /// The setting with a file of a name.
  func tunable(_ name: String) -> Tunable? { table.first { $0.isFile && $0.name == name } }

  /// What else a write changes: settings that exclude each other clear one another, and the kernel remembers that
  /// `min_free_kbytes` was somebody's wish.
  private mutating func settle(_ tunable: Tunable) {
    switch tunable.clears {
    case .integer(let path): self[keyPath: path] = 0
    case .unsigned(let path): self[keyPath: path] = 0
    case nil: break
    }
    if tunable.effect == .minFreeKilobytes { writtenMinFreeKilobytes = minFreeKilobytes }
  }

  private mutating func writeDivisors(
    _ rest: inout ArraySlice<UInt8>, to path: WritableKeyPath<SystemTunables, [Int]>
  ) {
    for position in self[keyPath: path].indices {
      skipBlanks(&rest)
      guard case .success(let value) = integer(&rest, in: TunableKind.anyInteger) else { break }
      self[keyPath: path][position] = value
    }
    for position in self[keyPath: path].indices where self[keyPath: path][position] < 1 {
      self[keyPath: path][position] = 0
    }
  }

  private func integer(_ rest: inout ArraySlice<UInt8>, in range: ClosedRange<Int>) -> Result<
    Int, ErrorNumber
  > {
    number(&rest).flatMap { magnitude, isNegative in
      guard magnitude <= UInt64(Int32.max) + (isNegative ? 1 : 0) else { return .failure(.EINVAL) }
      let value = isNegative ? -Int(magnitude) : Int(magnitude)
      return range.contains(value) ? .success(value) : .failure(.EINVAL)
    }
  }

  private func unsigned(
    _ rest: inout ArraySlice<UInt8>, in range: ClosedRange<UInt64>
  ) -> Result<UInt64, ErrorNumber> {
    number(&rest).flatMap { magnitude, isNegative in
      let fits = wordBits == 64 || magnitude <= UInt64(UInt32.max)
      return !isNegative && fits && range.contains(magnitude) ? .success(magnitude) : .failure(.EINVAL)
    }
  }

  /// Takes one number, which a blank or the end must follow (`proc_get_long`).
  private func number(_ rest: inout ArraySlice<UInt8>) -> Result<(UInt64, Bool), ErrorNumber> {
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
