// Recordings of memory system calls, and the comparison of what every call left with the simulation.

import LinuxMemory

/// A recording of processes that called mmap(2) and its kin on a real kernel, as lines of text.
///
/// `seq NAME THP` begins a fresh process, `> WORKER CALL ARGUMENTS` is a call of one of its processes (numbers
/// are hexadecimal), `= RESULT FAULTS` what it returned and how many minor faults it took, `+` and `-` lines how
/// the processes' mappings and sizes changed, and `c` Committed_AS in kB beyond the start of the sequence.
struct RecordedCalls {
  /// What one call did.
  struct Call {
    /// Which of the processes called.
    var worker: Int
    /// The call's name, followed by its arguments.
    var words: [Substring]
    /// The result and the number of faults.
    var outcome = ""
    /// Every process's lines afterwards.
    var state: [Int: Set<String>] = [:]
    /// Committed_AS.
    var committed: Int?
  }

  /// The calls of one fresh process and its children.
  struct Sequence {
    /// A name for messages.
    var name: String
    /// The setting of `transparent_hugepage/enabled`.
    var hugePages: String
    /// The lines before the first call.
    var start: Set<String> = []
    /// The calls.
    var calls: [Call] = []
  }

  /// The sequences in the order of the recording.
  private(set) var sequences: [Sequence] = []

  /// Reads a recording.
  init(_ text: String) {
    var state: [Int: Set<String>] = [:]
    func finishCall(_ sequences: inout [Sequence]) {
      guard let last = sequences.indices.last else { return }
      if let call = sequences[last].calls.indices.last {
        sequences[last].calls[call].state = state
      } else {
        sequences[last].start = state[0] ?? []
      }
    }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let kind = words.first, words.count > 1 else { continue }
      let last = sequences.count - 1
      let worker = Int(words[1]) ?? 0
      switch kind {
      case "seq":
        finishCall(&sequences)
        state = [:]
        sequences.append(Sequence(name: String(words[1]), hugePages: words.count > 2 ? String(words[2]) : ""))
      case ">":
        finishCall(&sequences)
        sequences[last].calls.append(Call(worker: worker, words: Array(words.dropFirst(2))))
      case "=":
        let call = sequences[last].calls.count - 1
        sequences[last].calls[call].outcome = String(line.dropFirst(2))
        if words[1] == "exited" || words[1] == "killed" { state[sequences[last].calls[call].worker] = nil }
      case "c":
        sequences[last].calls[sequences[last].calls.count - 1].committed = worker
      case "-":
        let range = words[2] + " "
        state[worker] = state[worker]?.filter { !$0.hasPrefix(range) }
      case "+":
        let text = String(line.dropFirst(3 + words[1].count))
        if text.hasPrefix("S ") { state[worker] = state[worker]?.filter { !$0.hasPrefix("S ") } }
        if text.hasPrefix("S -1") { state[worker] = nil } else { state[worker, default: []].insert(text) }
      default: continue
      }
    }
    finishCall(&sequences)
  }
}

extension RecordedCalls.Sequence {
  /// Plays the sequence up to the first difference.
  ///
  /// - Returns: The difference; nil when there is none.
  func firstDifference(on base: MachineConfiguration) throws -> String? {
    let configuration = try MachineConfiguration(settings: [("thp", hugePages)], base: base)
    var player = try CallPlayer(configuration)
    if let text = Self.difference([0: start], player.state) { return "\(name) at the start:\n\(text)" }
    for (index, call) in calls.enumerated() {
      let outcome = player.play(call)
      let place = "\(name) call \(index + 1): \(call.worker) \(call.words.joined(separator: " "))\n"
      if outcome != call.outcome {
        return place + "  recorded = \(call.outcome)\n  simulated = \(outcome)\n"
      }
      if outcome.hasPrefix("killed"), call.worker == 0 { return nil }
      if let text = Self.difference(call.state, player.state) { return place + text }
      if let committed = call.committed, committed != player.committed {
        return place + "  recorded Committed_AS +\(committed)\n  simulated +\(player.committed)\n"
      }
    }
    return nil
  }

  private static func difference(_ recorded: [Int: Set<String>], _ simulated: [Int: Set<String>]) -> String? {
    var text = ""
    for worker in Set(recorded.keys).union(simulated.keys).sorted() {
      let left = recorded[worker] ?? []
      let right = simulated[worker] ?? []
      for line in left.subtracting(right).sorted() { text += "  recorded  \(worker) \(line)\n" }
      for line in right.subtracting(left).sorted() { text += "  simulated \(worker) \(line)\n" }
    }
    return text.isEmpty ? nil : text
  }
}
