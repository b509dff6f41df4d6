// What differs between two states of a machine: processes, mappings, heaps, memory, control groups, slab caches.

import KernelText
import LinuxMemory

/// The difference between two machines, as `.diff` shows it; sizes in bytes unless a unit is named.
public struct MachineDifference: Sendable, Equatable, Encodable {
  /// A quantity that changed.
  public struct Change: Sendable, Equatable, Encodable {
    /// Whose it is: a process with its number, or a slab cache; empty for the machine.
    public var subject: String
    /// What it is, under Linux's name.
    public var name: String
    /// Before and after.
    public var old: UInt64, new: UInt64
    /// What is counted.
    public var unit: Unit

    /// How much it changed, whichever way.
    var magnitude: UInt64 { new > old ? new - old : old - new }
  }

  /// What a quantity counts.
  public enum Unit: String, Sendable, Encodable {
    /// Bytes.
    case bytes
    /// KiB, as `/proc/meminfo` has them.
    case kibibytes
    /// Things.
    case count
  }

  /// A process or mapping that is there in one state only, or is another one.
  public struct Event: Sendable, Equatable, Encodable {
    /// Whose or which it is.
    public var subject: String
    /// What happened.
    public var words: String
    /// How many bytes it is about, for the order.
    public var bytes: UInt64
  }

  /// Processes that started or ended.
  public var processEvents: [Event] = []
  /// Sizes of processes that are in both.
  public var processes: [Change] = []
  /// Mappings that came, went or changed.
  public var mappings: [Event] = []
  /// What glibc's allocators hold.
  public var heaps: [Change] = []
  /// `/proc/meminfo`.
  public var memory: [Change] = []
  /// Control groups that were made, removed or changed.
  public var groups: [Event] = []
  /// Objects in slab caches.
  public var caches: [Change] = []

  /// Whether nothing differs.
  public var isEmpty: Bool {
    processEvents.isEmpty && processes.isEmpty && mappings.isEmpty && heaps.isEmpty && memory.isEmpty
      && groups.isEmpty && caches.isEmpty
  }

  /// Compares two machines; each list has the largest change first.
  ///
  /// It takes time by the number of processes, of mappings of those that changed, of control groups, and
  /// of slab caches.
  public init(from old: Machine, to new: Machine) {
    compareProcesses(old, new)
    compareMemory(old, new)
    compareGroups(old, new)
    compareCaches(old, new)
  }

  // MARK: Processes

  private mutating func compareProcesses(_ old: Machine, _ new: Machine) {
    for process in old.processes.live where new.processes[process.id]?.isAlive != true {
      let end = new.processes.exitStatus(of: process.id).map(Self.words) ?? "gone: another machine"
      processEvents.append(Event(subject: Self.name(process), words: end, bytes: process.residentBytes))
    }
    for process in new.processes.live {
      guard let before = old.processes[process.id], before.isAlive, before.startTime == process.startTime,
        before.name == process.name
      else {
        let words =
          "started: VSS \(byteCountText(process.virtualBytes)), RSS \(byteCountText(process.residentBytes))"
        processEvents.append(Event(subject: Self.name(process), words: words, bytes: process.residentBytes))
        continue
      }
      compare(before, process)
    }
    processEvents.sort { ($1.bytes, $0.subject) < ($0.bytes, $1.subject) }
    mappings.sort { $0.bytes > $1.bytes }
    Self.sort(&processes)
    Self.sort(&heaps)
  }

  private static func words(_ status: ExitStatus) -> String {
    switch status {
    case .exited(let code): "exited with status \(code)"
    case .killed(let signal): "killed by SIG\(SignalText.name(of: signal) ?? "\(signal)")"
    }
  }

  private static func name(_ process: LinuxProcess) -> String { "\(process.name) (\(process.id))" }

  private mutating func compare(_ old: LinuxProcess, _ new: LinuxProcess) {
    let subject = Self.name(new)
    func add(_ name: String, _ old: UInt64, _ new: UInt64, to list: inout [Change]) {
      if old != new { list.append(Change(subject: subject, name: name, old: old, new: new, unit: .bytes)) }
    }
    func bytes(_ pages: Int) -> UInt64 { UInt64(max(pages, 0)) << 12 }
    add("VSS", old.virtualBytes, new.virtualBytes, to: &processes)
    add("RSS", old.residentBytes, new.residentBytes, to: &processes)
    let (before, now) = (old.addressSpace.resident, new.addressSpace.resident)
    add("swap", bytes(before.swapped), bytes(now.swapped), to: &processes)
    add("huge pages", bytes(before.huge), bytes(now.huge), to: &processes)
    add(
      "page tables", bytes(old.addressSpace.pageTablePages), bytes(new.addressSpace.pageTablePages),
      to: &processes)
    if old.addressSpace.areas != new.addressSpace.areas { compareMappings(old, new) }
    guard let before = HeapUsage(of: old), let now = HeapUsage(of: new) else { return }
    add("heap", before.heap, now.heap, to: &heaps)
    add("heap in use", before.inUse, now.inUse, to: &heaps)
    add("heap free", before.free, now.free, to: &heaps)
    add("mapped chunks", before.mapped, now.mapped, to: &heaps)
  }

  private mutating func compareMappings(_ old: LinuxProcess, _ new: LinuxProcess) {
    let subject = Self.name(new)
    var earlier: [UInt64: VirtualMemoryArea] = [:]
    var starts: [UInt64: UInt64] = [:]
    for area in old.addressSpace.areas.list {
      earlier[area.start] = area
      starts[area.end] = area.start
    }
    for area in new.addressSpace.areas.list {
      // A mapping may grow at either end: where the start is new, the end may tell which one it was.
      let start = earlier[area.start] == nil ? starts[area.end] : area.start
      let before = start.flatMap { earlier.removeValue(forKey: $0) }
      if before == area { continue }
      let name = new.addressSpace.name(of: area)
      let place = "\(addressText(area.start)) \(area.permissions.text)\(name.isEmpty ? "" : " " + name)"
      let words: String
      if let before, before.length != area.length {
        words =
          "\(place): \(byteChangeText(from: before.length, to: area.length)), now \(byteCountText(area.length))"
      } else if let before, before.permissions != area.permissions {
        words = "\(place): was \(before.permissions.text)"
      } else if before != nil {
        words = "\(place): other flags"
      } else {
        words = "\(place): new, \(byteCountText(area.length))"
      }
      mappings.append(Event(subject: subject, words: words, bytes: area.length))
    }
    for area in earlier.values {
      let name = old.addressSpace.name(of: area)
      mappings.append(
        Event(
          subject: subject,
          words:
            "\(addressText(area.start)) \(area.permissions.text)\(name.isEmpty ? "" : " " + name): gone, "
            + byteCountText(area.length), bytes: area.length))
    }
    mappings.sort { ($1.bytes, $0.words) < ($0.bytes, $1.words) }
  }

  // MARK: The machine

  private mutating func compareMemory(_ old: Machine, _ new: Machine) {
    let before = Self.figures(MemoryInformation(of: old))
    for (name, value) in Self.figures(MemoryInformation(of: new)) {
      guard let earlier = before.first(where: { $0.name == name })?.value, earlier != value else { continue }
      memory.append(Change(subject: "", name: name, old: earlier, new: value, unit: .kibibytes))
    }
    Self.sort(&memory)
  }

  /// The lines of `/proc/meminfo` in KiB.
  private static func figures(_ information: MemoryInformation) -> [(name: String, value: UInt64)] {
    information.text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, let value = UInt64(words[1]) else { return nil }
      return (String(words[0].dropLast()), value)
    }
  }

  private mutating func compareCaches(_ old: Machine, _ new: Machine) {
    var before: [String: Int] = [:]
    for cache in old.slab.cachesNewestFirst { before[cache.name] = cache.usedObjects }
    for cache in new.slab.cachesNewestFirst {
      let earlier = before.removeValue(forKey: cache.name) ?? 0
      guard earlier != cache.usedObjects else { continue }
      caches.append(
        Change(
          subject: cache.name, name: "objects", old: UInt64(max(earlier, 0)),
          new: UInt64(max(cache.usedObjects, 0)), unit: .count))
    }
    Self.sort(&caches)
  }

  private static func sort(_ changes: inout [Change]) {
    changes.sort { ($1.magnitude, $0.subject, $0.name) < ($0.magnitude, $1.subject, $1.name) }
  }
}
