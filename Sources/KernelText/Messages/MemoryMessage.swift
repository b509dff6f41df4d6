// A whole message of the kernel about a request for memory.

/// What the kernel prints when the OOM killer comes, from the request to the last task (`dump_header`, mm/oom_kill.c), and
/// when a request fails (`warn_alloc`, mm/page_alloc.c).
public struct MemoryMessage: KernelFormat {
  /// Of what the state is told.
  public enum State: Sendable, Equatable {
    /// Of the machine.
    case machine(MemoryState)
    /// Of a group that has no room.
    case group(GroupState)

    /// Its lines.
    public var text: String {
      switch self {
      case .machine(let state): state.text
      case .group(let state): state.text
      }
    }
  }

  /// Who asked for what.
  public var request: MemoryRequest
  /// The lines about where the processor stood: its registers and the call trace, before Linux 4.20 also the asker's
  /// cpuset, and before 5.0 the groups.
  public var stack: [String]
  /// The state of memory.
  public var state: State
  /// The tasks; nil when a request failed, and when `oom_dump_tasks` is off.
  public var tasks: TaskListing?

  /// Makes a message.
  ///
  /// - Parameters:
  ///   - request: who asked for what.
  ///   - stack: where the processor stood.
  ///   - state: the state of memory.
  ///   - tasks: the tasks; nil for none.
  public init(request: MemoryRequest, stack: [String], state: State, tasks: TaskListing? = nil) {
    self.request = request
    self.stack = stack
    self.state = state
    self.tasks = tasks
  }

  /// Reads a message; nil where a part is missing or of another form.
  public init?(parsing text: String) {
    let lines = text.fileLines
    guard let first = lines.first, let request = MemoryRequest(parsing: String(first)),
      let start = lines.firstIndex(where: {
        $0.hasPrefix("Mem-Info:") || $0.hasPrefix("Mem-info:") || $0.hasPrefix("memory: usage ")
      })
    else { return nil }
    let end =
      lines[start...].firstIndex { $0.hasPrefix("Tasks state ") || $0.hasPrefix("[ pid ]") } ?? lines.endIndex
    self.request = request
    stack = lines[1..<start].map { String($0) }
    let body = lines[start..<end].map { $0 + "\n" }.joined()
    if let machine = MemoryState(parsing: body) {
      state = .machine(machine)
    } else if let group = GroupState(parsing: body) {
      state = .group(group)
    } else {
      return nil
    }
    if end < lines.endIndex {
      guard let tasks = TaskListing(parsing: lines[end...].map { $0 + "\n" }.joined()) else { return nil }
      self.tasks = tasks
    }
  }

  /// The lines.
  public var text: String {
    request.text + "\n" + stack.map { $0 + "\n" }.joined() + state.text + (tasks?.text ?? "")
  }
}
