// Threads: made by pthread_create(3), ended by pthread_exit(3), waited for by pthread_join(3).

extension Machine {
  /// Makes a thread of a process (pthread_create(3)): the C library maps its stack and asks malloc for its vector of
  /// thread-local storage in the name of the thread that acts, the kernel gives it a number and a stack of its own.
  ///
  /// - Parameters:
  ///   - name: what the thread is called.
  ///   - stack: the bytes of its stack, without the guard page; nil for the soft limit of stacks.
  ///   - process: whose thread.
  /// - Returns: the thread; `EAGAIN` where memory or numbers are wanting, `EINVAL` for a stack below 16 KiB, `ESRCH` when
  ///   there is no such process.
  /// - Throws: the signal that ended the process.
  package mutating func createThread(
    named name: String, stack: UInt64? = nil, in process: ProcessID
  ) throws(FatalSignal) -> Result<LinuxThread, ErrorNumber> {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    if let stack, stack < Self.smallestStack { return .failure(.EINVAL) }
    let limit = processes[task].limits[.stack].soft
    let preset = limit == ResourceLimit.unlimited ? Self.unlimitedStack : max(limit, Self.smallestStack)
    let number = (processes[task].threads.map(\.number).max() ?? 0) + 1
    processes[task].nextThreadName = LinuxProcess.commandName(name)
    let made = try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.createThread(number, stack: .size(stack ?? preset), kernel: &kernel)
    }
    if case .failure(let error) = made { return .failure(error) }
    guard processes.isLiving(task), let thread = processes[task].threads.last(where: { $0.number == number })
    else { return .failure(.EAGAIN) }
    return .success(thread)
  }

  /// The least that a thread's stack may have (`PTHREAD_STACK_MIN`), and what it has without a limit (2 MiB on x86).
  private static var smallestStack: UInt64 { 16 << 10 }
  private static var unlimitedStack: UInt64 { 2 << 20 }

  /// Lets the following calls of a process's C library be those of one of its threads.
  ///
  /// - Parameters:
  ///   - number: the library's number of a thread that lives; 0 for the main one.
  ///   - process: whose thread.
  package mutating func act(asThread number: Int, in process: ProcessID) {
    _ = try? withAllocator(of: process) { (state, _) throws(FatalSignal) in state.act(asThread: number) }
  }

  /// By which number the C library of a process knows the thread that acts; 0 for the main one.
  package func actingThread(in process: ProcessID) -> Int {
    processes.living(process).flatMap { processes[$0].malloc?.threadNumber } ?? 0
  }

  /// Ends the thread that acts (pthread_exit(3)): its cache goes back to the arenas, most of its stack to the kernel, and
  /// the main thread acts from then on.
  ///
  /// - Throws: the signal that ended the process.
  package mutating func exitThread(in process: ProcessID) throws(FatalSignal) {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.exitThread(kernel: &kernel)
    }
  }

  /// Waits for a thread (pthread_join(3)), which returns from its start function if it has not ended yet: its stack is
  /// kept for the next one, or unmapped.
  ///
  /// - Returns: `ESRCH` for a thread that there is not, `EDEADLK` for the one that acts.
  /// - Throws: the signal that ended the process.
  package mutating func joinThread(
    _ number: Int, in process: ProcessID
  ) throws(FatalSignal) -> Result<Void, ErrorNumber> {
    guard let task = processes.living(process) else { return .failure(.ESRCH) }
    guard processes[task].threads.contains(where: { $0.number == number }) else { return .failure(.ESRCH) }
    if actingThread(in: process) == number { return .failure(.EDEADLK) }
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.joinThread(number, kernel: &kernel)
    }
    return .success(())
  }

  /// Lets the thread that acts stand inside malloc with its arena locked, or lets go of it.
  package mutating func holdArena(_ isHeld: Bool, in process: ProcessID) throws(FatalSignal) {
    try withAllocator(of: process) { (state, kernel) throws(FatalSignal) in
      try state.holdArena(isHeld, kernel: &kernel)
    }
  }

  /// Starts a thread in the kernel (clone(2)).
  ///
  /// - Parameter number: the C library's number of it.
  /// - Returns: whether there was memory and a number for it.
  mutating func startThread(_ number: Int, in task: ProcessHandle) -> Bool {
    guard mayHaveAnotherProcess(task), let id = processes.nextNumber() else { return false }
    let orders = ProcessKernelPages.stackOrders(configuration.profile)
    guard let pages = takeKernelPages(orders, for: task) else { return false }
    guard processes.isLiving(task) else {
      freeKernelPages(pages)
      return false
    }
    var thread = LinuxThread(
      id: id, number: number, name: processes[task].nextThreadName ?? processes[task].name, startTime: clock)
    thread.kernelPages = pages
    chargeObjects(Self.threadObjects, by: task, into: &thread.objects)
    processes[task].nextThreadName = nil
    processes[task].threads.append(thread)
    processes.noteThread(id, of: task.id)
    record(.process(.threadStarted(process: task.id, thread: id, name: thread.name)))
    return true
  }

  /// Ends a thread in the kernel (exit(2)).
  mutating func endThread(_ number: Int, in task: ProcessHandle) {
    guard let place = processes[task].threads.firstIndex(where: { $0.number == number }) else { return }
    let thread = processes[task].threads[place]
    guard thread.isAlive else { return }
    processes[task].threads[place].isAlive = false
    release(thread)
    processes[task].threads[place].kernelPages = ProcessKernelPages()
    processes[task].threads[place].objects = ObjectCharges()
    record(.process(.threadEnded(process: task.id, thread: thread.id, name: thread.name)))
  }

  /// Forgets a thread that was waited for.
  mutating func forgetThread(_ number: Int, in task: ProcessHandle) {
    processes[task].threads.removeAll { $0.number == number }
  }

  /// Ends the threads of a process that ends.
  mutating func releaseThreads(of task: ProcessHandle) {
    for thread in processes[task].threads where thread.isAlive { release(thread) }
    processes[task].threads = []
  }

  private mutating func release(_ thread: LinuxThread) {
    freeKernelPages(thread.kernelPages)
    var objects = thread.objects
    for share in objects.removeAll() { dischargeObjects(share) }
    processes.forgetThread(thread.id)
  }

  /// What a thread has in the kernel beside its stack, in the order in which clone makes it.
  private static var threadObjects: [String] { ["task_struct", "pid"] }
}
