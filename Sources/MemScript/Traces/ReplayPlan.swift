// One way to replay a trace: the machine, the allocator's settings, what the program writes.

import LinuxMemory
import ScriptLanguage

/// Everything that decides how a replay comes out.
package struct ReplayPlan: Sendable {
  /// What is replayed, without the calls that ``settings`` stand for.
  package var trace: AllocationTrace
  /// The settings of the machine to boot, as of `--machine`.
  package var machine: [MachineSetting] = []
  /// Calls of mallopt(3) before the first call of the trace.
  package var settings: [MallocSetting] = []
  /// `GLIBC_TUNABLES`; those of the trace when nil.
  package var tunables: String?
  /// How much of each new block is written, when the trace does not tell what the program wrote.
  package var touching = ReplayOptions.BlockTouching.all

  /// Whether what the replay uses is measured, which costs a few nanoseconds for each call.
  package var measures = true

  /// A plan with the default machine and settings.
  package init(trace: AllocationTrace) { self.trace = trace }

  /// The trace that comes of the plan.
  var preparedTrace: AllocationTrace {
    var prepared = trace
    prepared.prepend(settings.map(\.operation))
    return prepared
  }

  /// How much the program is assumed to write.
  var effectiveTouching: ReplayOptions.BlockTouching { trace.tellsWrites ? .none : touching }

  /// Boots the machine and starts the process: the replay stands before its first operation.
  ///
  /// - Throws: ``ReplayError`` when the machine cannot run the process.
  package func start() throws(ReplayError) -> TraceReplayer {
    var machine: Machine
    do {
      machine = try Machine(
        configuration: MachineConfiguration(settings: self.machine.map { ($0.key, $0.value.description) }))
    } catch {
      throw ReplayError(message: error.message)
    }
    let process: ProcessID
    switch machine.spawn(name: "main") {
    case .success(let id): process = id
    case .failure(let error): throw ReplayError(message: "no process can be started: \(error.message)")
    }
    if let text = tunables {
      _ = machine.setMallocTunables(MallocTunables(text), in: process)
    } else if !trace.environment.isEmpty {
      _ = machine.setMallocTunables(MallocTunables(environment: trace.environment), in: process)
    }
    var options = ReplayOptions()
    options.touching = effectiveTouching
    options.measures = measures
    if trace.hasOwnStacks { options.ownStacks = 0 }
    options.processorCount = trace.processorCount
    options.hasLoggedVectors = trace.logsVectors
    return TraceReplayer(preparedTrace, on: machine, in: process, options: options)
  }

  /// Replays from the first to the last operation.
  ///
  /// - Parameter progress: Called every now and then with the number of operations done and of all.
  /// - Returns: How it came out. Where the program dies, that is how things were before the operation that it
  ///   died in.
  /// - Throws: ``ReplayError`` as ``start()`` does.
  package func run(progress: (_ position: Int, _ count: Int) -> Void = { _, _ in }) throws(ReplayError)
    -> ReplayOutcome
  {
    var replayer = try start()
    let count = replayer.trace.operations.count
    while !replayer.isFinished {
      replayer.advance(by: max(count / 100, 1000))
      progress(replayer.position, count)
    }
    var outcome = ReplayOutcome(
      usage: replayer.usage, operationCount: max(replayer.position - settings.count, 0))
    if let ending = replayer.ending {
      // The memory of the dead is gone; the same replay, stopped before its end, still has it.
      var survivor = try start()
      survivor.advance(by: replayer.position)
      outcome.usage = survivor.usage
      outcome.ending = ending
      outcome.line = replayer.trace.line(ofOperation: replayer.position)
    }
    return outcome
  }

  /// What glibc passes over in silence in ``tunables`` or the environment of the trace, and somebody who asks what would
  /// be wants to know.
  package var warnings: [String] {
    let settings = machine.map { ($0.key, $0.value.description) }
    guard let release = try? MachineConfiguration(settings: settings).glibcRelease else { return [] }
    let variables =
      tunables.map { [EnvironmentVariable(name: MallocTunables.variable, value: $0)] }
      ?? trace.environment.filter { MallocTunables.variables.contains($0.name) }
    return variables.flatMap { variable in
      MallocTunableProblem.problems(in: variable.value, of: variable.name, for: release).map {
        $0.warning(of: variable.name)
      }
    }
  }
}

/// How a replay came out.
package struct ReplayOutcome: Equatable, Sendable {
  /// What it took of the machine.
  package internal(set) var usage: ReplayUsage
  /// How many operations of the trace were carried out.
  package internal(set) var operationCount: Int
  /// The signal that ended the program before the trace's end.
  package internal(set) var ending: FatalSignal?
  /// The line of the operation in which that happened.
  package internal(set) var line = 0
}
