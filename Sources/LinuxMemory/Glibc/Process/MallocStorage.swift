// Where a process keeps the state of its allocator.

/// The state of an allocator behind one reference, so that a call need not move it.
///
/// A value like the state itself: a copy shares it until one side changes it.
struct MallocStorage: Sendable, Equatable {
  /// Shared only between copies of which none may change it, which is what makes sending it safe.
  private final class Box: @unchecked Sendable {
    var state: MallocState

    init(_ state: MallocState) { self.state = state }
  }

  private var box: Box

  /// Stores a state.
  init(_ state: MallocState) { box = Box(state) }

  /// The state, for looking at.
  var state: MallocState { box.state }

  /// Changes the state in place.
  @inline(__always)
  mutating func withState<Result, Failure: Error>(
    _ body: (inout MallocState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isKnownUniquelyReferenced(&box) { box = Box(box.state) }
    return try body(&box.state)
  }

  /// Takes what the calls have left in errno; `nil` for nothing.
  mutating func takeErrorNumber() -> ErrorNumber? {
    box.state.errorNumber == nil ? nil : withState { $0.errorNumber.take() }
  }

  /// Forgets the contents of pages that the process gave back.
  mutating func forgetPages(_ address: UInt64, length: UInt64) {
    if box.state.isInitialized || box.state.memory.hasForeignWords {
      withState { $0.forgetPages(address, length: length) }
    }
  }

  /// Compares the states.
  static func == (left: MallocStorage, right: MallocStorage) -> Bool {
    left.box === right.box || left.box.state == right.box.state
  }
}

extension MallocStorage: Codable {
  /// Reads a state.
  init(from decoder: any Decoder) throws { self.init(try MallocState(from: decoder)) }

  /// Writes the state.
  func encode(to encoder: any Encoder) throws { try state.encode(to: encoder) }
}
