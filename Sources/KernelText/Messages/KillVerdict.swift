// The line that sums up why somebody was chosen to die.

/// The line that sums a verdict up for machines to read, since Linux 5.0 (`dump_oom_summary`, mm/oom_kill.c); what is
/// damaged is nil.
public struct KillVerdict: KernelFormat {
  /// `CONSTRAINT_NONE` and others.
  public var constraint: String
  /// The nodes of the memory policy, as printed; nil where none.
  public var nodes: String?
  /// The asker's cpuset.
  public var cpuset: String?
  /// The nodes that it allows, as printed.
  public var allowedNodes: String?
  /// The group without room; nil when the machine has none.
  public var limitGroup: String?
  /// The victim's group.
  public var taskGroup: String?
  /// The victim's name.
  public var name: String?
  /// The victim.
  public var process: Int?
  /// The number of its user.
  public var user: Int?

  /// Makes a verdict.
  ///
  /// - Parameter constraint: `CONSTRAINT_NONE` and others.
  public init(constraint: String) { self.constraint = constraint }

  /// Reads a line; nil for one of another form.
  public init?(parsing text: String) {
    guard let read = Self(reading: Array(text.utf8)[...]), read.text == text else { return nil }
    self = read
  }

  /// Reads what can be read of a line; nil for another line.
  init?(reading line: ArraySlice<UInt8>) {
    guard line.starts(with: "oom-kill:constraint=") else { return nil }
    var rest = line.dropFirst(20)
    guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { return nil }
    self.init(constraint: rest[..<comma].text)
    rest = rest[comma...]
    nodes = Self.value(of: ",nodemask=", until: ",cpuset=", in: rest).flatMap { $0 == "(null)" ? nil : $0 }
    cpuset = Self.value(of: ",cpuset=", until: ",mems_allowed=", in: rest)
    let memory = rest.firstIndex(of: ",oom_memcg=") ?? rest.firstIndex(of: ",global_oom")
    if let memory, let allowed = rest.firstIndex(of: ",mems_allowed="), allowed < memory {
      allowedNodes = rest[(allowed + 14)..<memory].text
    }
    limitGroup = Self.value(of: ",oom_memcg=", until: ",task_memcg=", in: rest)
    // A name can have commas and equal signs of its own: the numbers stand last.
    guard let task = rest.firstIndex(of: ",task="), let end = rest.lastIndex(of: ",uid="),
      let number = rest[..<end].lastIndex(of: ",pid="), number >= task + 6
    else { return }
    taskGroup = Self.value(of: ",task_memcg=", until: ",task=", in: rest)
    name = rest[(task + 6)..<number].text
    process = rest[number...].number(after: ",pid=", endsWith: ",")
    user = rest[end...].number(after: ",uid=")
  }

  private static func value(
    of word: StaticString, until end: StaticString, in line: ArraySlice<UInt8>
  ) -> String? {
    guard let place = line.firstIndex(of: word) else { return nil }
    let rest = line[(place + word.utf8CodeUnitCount)...]
    return rest.firstIndex(of: end).map { rest[..<$0].text }
  }

  /// The line.
  public var text: String {
    "oom-kill:constraint=\(constraint),nodemask=\(nodes ?? "(null)"),cpuset=\(cpuset ?? "/"),"
      + "mems_allowed=\(allowedNodes ?? "0"),\(limitGroup.map { "oom_memcg=" + $0 } ?? "global_oom"),"
      + "task_memcg=\(taskGroup ?? "/"),task=\(name ?? ""),pid=\(process ?? 0),uid=\(user ?? 0)"
  }
}
