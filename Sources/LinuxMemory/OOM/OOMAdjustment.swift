// oom_score_adj and its deprecated scale oom_adj: ranges, conversions and who may lower them.

/// A process's adjustment of its badness (`/proc/PID/oom_score_adj` and `/proc/PID/oom_adj`).
///
/// Models `__set_oom_adj`, `oom_adj_read` and their kin (fs/proc/base.c).
public struct OOMAdjustment: Sendable, Equatable {
  /// `oom_score_adj`, −1000 … 1000; −1000 makes the process immune.
  public private(set) var scoreAdjustment: Int
  /// The lowest value that a process without privilege may set.
  public private(set) var minimum: Int

  /// Makes an adjustment; 0 unless told otherwise.
  ///
  /// - Parameters:
  ///   - scoreAdjustment: held within −1000 … 1000.
  ///   - minimum: the lowest value that a process without privilege may set.
  public init(scoreAdjustment: Int = 0, minimum: Int = 0) {
    self.scoreAdjustment = min(max(scoreAdjustment, -1000), 1000)
    self.minimum = minimum
  }

  /// What `/proc/PID/oom_adj` reads: the old scale −17 … 15, truncated, so that 1 reads back as 0.
  public var legacyValue: Int {
    scoreAdjustment == 1000 ? 15 : min(scoreAdjustment * 17 / 1000, 15)
  }

  /// The `oom_score_adj` that a value of the old scale stands for, or `nil` outside −17 … 15.
  public static func scoreAdjustment(legacy value: Int) -> Int? {
    guard (-17...15).contains(value) else { return nil }
    return value == 15 ? 1000 : value * 1000 / 17
  }

  /// Sets `oom_score_adj`.
  ///
  /// - Parameters:
  ///   - value: −1000 … 1000.
  ///   - isPrivileged: whether the writer has `CAP_SYS_RESOURCE`; its value becomes the lowest for others.
  /// - Returns: `EINVAL` outside the range; `EACCES` when a writer without privilege goes below `minimum`.
  public mutating func set(_ value: Int, isPrivileged: Bool) -> Result<Void, ErrorNumber> {
    guard (-1000...1000).contains(value) else { return .failure(.EINVAL) }
    guard isPrivileged || value >= minimum else { return .failure(.EACCES) }
    scoreAdjustment = value
    if isPrivileged { minimum = value }
    return .success(())
  }

  /// Sets the adjustment through the old scale.
  ///
  /// - Parameters:
  ///   - value: −17 … 15.
  ///   - isPrivileged: whether the writer has `CAP_SYS_RESOURCE`.
  /// - Returns: `EINVAL` outside the range; `EACCES` when a writer without privilege lowers it.
  public mutating func setLegacy(_ value: Int, isPrivileged: Bool) -> Result<Void, ErrorNumber> {
    guard let scaled = Self.scoreAdjustment(legacy: value) else { return .failure(.EINVAL) }
    guard isPrivileged || scaled >= scoreAdjustment else { return .failure(.EACCES) }
    scoreAdjustment = scaled
    return .success(())
  }

  /// Reads a number as these files take it: blanks around it, a sign, decimal, `0x` hexadecimal or octal.
  ///
  /// - Parameter text: what was written; only its first 12 bytes count (`PROC_NUMBUF`).
  /// - Returns: the number; `EINVAL` when it is none, `ERANGE` when it does not fit an `int`.
  public static func parse(_ text: String) -> Result<Int, ErrorNumber> {
    var bytes = Array(text.utf8.prefix(12).prefix { $0 != 0 })
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return KernelNumber.parse(bytes.drop(while: isBlank)).flatMap { value in
      Int32(exactly: value).map { .success(Int($0)) } ?? .failure(.ERANGE)
    }
  }

  /// The line that the first write to an `oom_adj` file leaves in the kernel log.
  ///
  /// - Parameters:
  ///   - writer: the name of the writing process.
  ///   - writerID: its number.
  ///   - target: the process whose file it is.
  public static func deprecationNotice(writer: String, writerID: ProcessID, target: ProcessID) -> String {
    "\(writer) (\(writerID)): /proc/\(target)/oom_adj is deprecated, "
      + "please use /proc/\(target)/oom_score_adj instead."
  }
}
