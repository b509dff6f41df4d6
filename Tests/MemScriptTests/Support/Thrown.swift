// The error that code throws, to be looked at.

/// The error with which `body` ends, if it is of the given type.
///
/// `#expect(throws:)` returns it only from Swift 6.1 on.
func thrown<Failure: Error>(_ type: Failure.Type, by body: () throws -> some Any) -> Failure? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? Failure
  }
}
