// The exit codes of memsh.

/// What memsh tells the program that started it.
enum ExitStatus {
  /// All went well.
  static let success: Int32 = 0
  /// A diagnostic was printed, an `expect` failed, or a file could not be read.
  static let failure: Int32 = 1
  /// The command line was wrong.
  static let usage: Int32 = 2

  /// The end by a signal, as a shell reports it.
  static func signal(_ number: Int32) -> Int32 { 128 + number }
}
