// The stacks that pthread_create maps for threads, and those it keeps for the next ones.

/// The stack of a thread with what the library keeps beside it.
struct ThreadStack: Sendable, Equatable, Codable {
  /// Where its mapping begins, with the guard page.
  var start: UInt64
  /// The bytes of its mapping.
  var length: UInt64
  /// The user address of the thread's vector of thread-local storage, which malloc gave.
  var vector: UInt64
  /// Whether the program made it itself (pthread_attr_setstack).
  var isOwn = false
}

/// Which stack a new thread gets (pthread_attr_t).
package enum ThreadStackRequest: Sendable, Equatable {
  /// As large as the library makes stacks.
  case preset
  /// So many bytes, without the guard page.
  case size(UInt64)
  /// One that the program made: its first address and its bytes.
  case own(UInt64, UInt64)
}

/// What the library knows of its threads' stacks (nptl/allocatestack.c).
struct ThreadStacks: Sendable, Equatable, Codable {
  /// Those of living threads, by the threads' numbers.
  var used: [Int: ThreadStack] = [:]
  /// Those of threads that ended, the one that ended last first.
  var cached: [ThreadStack] = []

  /// How many bytes of them are kept at most.
  static let cacheLimit: UInt64 = 40 << 20
  /// The size of a stack unless somebody says otherwise: the soft limit of stacks.
  static let presetSize: UInt64 = 8 << 20
  /// What a stack keeps resident at its end behind a thread (`PTHREAD_STACK_MIN`).
  static let kept: UInt64 = 16 << 10
}

extension MallocState {
  /// How many pages of its stack a new thread touches: its own variables, and the frames of its start.
  private var touchedStackBytes: UInt64 { (layout.wordSize == 8 ? 2 : 1) &* MallocLayout.pageSize }

  /// The size of the vector of thread-local storage: two more than 15 entries of two words.
  private var vectorBytes: UInt64 { 17 &* 2 &* layout.wordSize }

  /// Makes a thread (pthread_create): a stack that an ended thread left, or a new mapping with a guard page, and the
  /// vector of its thread-local storage.
  ///
  /// - Parameters:
  ///   - number: the caller's number of the thread, not 0.
  ///   - request: which stack it gets.
  ///   - asksForVector: whether malloc is asked for the vector; else the program's calls have it.
  /// - Returns: the user address of the vector; `EAGAIN` where there is no room.
  package mutating func createThread(
    _ number: Int, stack request: ThreadStackRequest, asksForVector: Bool = true,
    kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    memory.beginCall()
    if !rules.noticesThreadsLate, layout.wordSize == 8 { hadThreads = true }
    let page = MallocLayout.pageSize
    var stack = ThreadStack(start: 0, length: 0, vector: 0)
    switch request {
    case .own(let start, let length):
      stack = ThreadStack(start: start, length: length, vector: 0, isOwn: true)
    case .preset: stack.length = layout.roundUpToPages(ThreadStacks.presetSize) &+ page
    case .size(let size): stack.length = layout.roundUpToPages(size) &+ page
    }
    let length = stack.length
    if !stack.isOwn {
      if let cached = takeCachedStack(length) { return try start(number, on: cached, &kernel) }
      guard let start = try mapStack(length, guardedBy: page, &kernel) else { return .failure(.EAGAIN) }
      stack.start = start
    }
    if asksForVector { stack.vector = try calloc(count: 1, size: vectorBytes, kernel: &kernel) }
    guard stack.vector != 0 || !asksForVector else {
      if !stack.isOwn { _ = try kernel.munmap(stack.start, length: length) }
      return .failure(.EAGAIN)
    }
    return try start(number, on: stack, &kernel)
  }

  /// Lets a thread begin: it touches what every thread touches of its stack.
  ///
  /// - Returns: the vector of its thread-local storage; `EAGAIN` when the kernel makes no thread, and the stack is kept.
  private mutating func start(
    _ number: Int, on stack: ThreadStack, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Result<UInt64, ErrorNumber> {
    guard kernel.startThread(number) else {
      try keepStack(stack, &kernel)
      return .failure(.EAGAIN)
    }
    hadThreads = true
    stacks.used[number] = stack
    if !stack.isOwn {
      try kernel.touch(
        stack.start &+ stack.length &- touchedStackBytes, length: touchedStackBytes, write: true)
    }
    return .success(stack.vector)
  }

  /// Maps a stack with a guard page at its lower end.
  ///
  /// - Returns: Where it begins; nil when the kernel refuses.
  private mutating func mapStack(
    _ length: UInt64, guardedBy page: UInt64, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) -> UInt64? {
    guard case .success(let start) = try kernel.mapStack(length: length, isAccessible: rules.marksStackGuards)
    else { return nil }
    let guarded: Result<Void, ErrorNumber>
    if !rules.marksStackGuards {
      guarded = try kernel.allowAccess(start &+ page, length: length &- page)
    } else if case .success = try kernel.markGuard(start, length: page) {
      guarded = .success(())
    } else {
      // Kernels before 6.13 know no such advice.
      guarded = try kernel.denyAccess(start, length: page)
    }
    if case .success = guarded { return start }
    _ = try kernel.munmap(start, length: length)
    return nil
  }

  /// Ends the thread that acts: its cache goes back, most of its stack too (start_thread). The main thread acts then.
  package mutating func exitThread(kernel: inout some MallocKernel) throws(FatalSignal) {
    let number = threadNumber
    guard number != 0, !thread.hasEnded else { return }
    try endThread(kernel: &kernel)
    if let stack = stacks.used[number], !stack.isOwn || rules.discardsOwnStacks,
      stack.length > touchedStackBytes
    {
      let used = stack.length &- touchedStackBytes
      if used > ThreadStacks.kept {
        _ = try kernel.discardPages(stack.start, length: used &- ThreadStacks.kept)
      }
    }
    kernel.endThread(number)
    threads[number] = MallocThread(hasEnded: true)
  }

  /// Waits for a thread in the name of the present one (pthread_join): one that runs ends first; its stack waits for the
  /// next thread.
  ///
  /// - Parameter number: neither the main thread nor the present one, which cannot be waited for, and nothing happens.
  package mutating func joinThread(_ number: Int, kernel: inout some MallocKernel) throws(FatalSignal) {
    let joining = threadNumber
    guard number != 0, number != joining else { return }
    if threads[number]?.hasEnded != true {
      act(asThread: number)
      try exitThread(kernel: &kernel)
      act(asThread: joining)
    }
    threads[number] = nil
    kernel.forgetThread(number)
    if let stack = stacks.used.removeValue(forKey: number) { try keepStack(stack, &kernel) }
  }

  /// Keeps a stack for the next thread; the oldest ones go when that makes too many.
  private mutating func keepStack(
    _ stack: ThreadStack, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    guard !stack.isOwn else { return try freeVector(of: stack, &kernel) }
    stacks.cached.insert(stack, at: 0)
    var bytes = stacks.cached.reduce(0) { $0 &+ $1.length }
    while bytes > ThreadStacks.cacheLimit, let oldest = stacks.cached.popLast() {
      bytes = bytes &- oldest.length
      try freeVector(of: oldest, &kernel)
      _ = try kernel.munmap(oldest.start, length: oldest.length)
    }
  }

  private mutating func freeVector(
    of stack: ThreadStack, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    if stack.vector != 0 { try free(stack.vector, kernel: &kernel) }
  }

  /// Touches pages below those that every thread touches, as a call with a large frame does; the main thread's stack is
  /// large already.
  ///
  /// - Parameters:
  ///   - pages: which, the uppermost with the number 0.
  ///   - write: whether they are written.
  mutating func touchStack(
    pages: Range<UInt64>, write: Bool = true, _ kernel: inout some MallocKernel
  ) throws(FatalSignal) {
    guard !pages.isEmpty, let stack = stacks.used[threadNumber], !stack.isOwn else { return }
    let end = stack.start &+ stack.length &- touchedStackBytes &- pages.lowerBound &* MallocLayout.pageSize
    let length = UInt64(pages.count) &* MallocLayout.pageSize
    try kernel.touch(end &- length, length: length, write: write)
  }

  /// The smallest kept stack that is large enough, unless it is far too large.
  private mutating func takeCachedStack(_ length: UInt64) -> ThreadStack? {
    var best: Int?
    for (index, stack) in stacks.cached.enumerated() where stack.length >= length {
      if stack.length == length {
        best = index
        break
      }
      if best.map({ stacks.cached[$0].length > stack.length }) ?? true { best = index }
    }
    guard let best, stacks.cached[best].length <= 4 &* length else { return nil }
    return stacks.cached.remove(at: best)
  }
}
