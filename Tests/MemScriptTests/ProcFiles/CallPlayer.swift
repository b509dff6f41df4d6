// Plays recorded memory system calls on a simulated machine.

import LinuxMemory

@testable import MemScript

/// Plays the calls of a sequence.
struct CallPlayer {
  private(set) var machine: Machine
  private var workers: [ProcessID]
  private let committedAtStart: Int

  /// Starts the process that calls: it has read all of its program and written its data and its stack.
  init(_ configuration: MachineConfiguration) throws {
    machine = try Machine(configuration: configuration)
    let main = try machine.spawn(name: "main").get()
    workers = [main]
    committedAtStart = machine.commit.committedPages
    touchOwnMemory(0)
  }

  /// Plays a call and tells its result and faults as the recording does.
  mutating func play(_ call: RecordedCalls.Call) -> String {
    let process = workers[call.worker]
    let before = faults(process)
    do {
      let result = try carryOut(call, in: process)
      if call.words.first == "exit" { return "exited" }
      if call.words.first == "fork" { return "0 0" }
      let text =
        switch result {
        case .success(let value): String(value, radix: 16)
        case .failure(let error): "-\(error.rawValue)"
        }
      return "\(text) \(faults(process) - before)"
    } catch let signal as FatalSignal {
      return "killed \(call.worker == 0 ? signal.signal : 0)"
    } catch {
      return "\(error)"
    }
  }

  private func faults(_ process: ProcessID) -> UInt64 { machine.processes[process]?.usage.minorFaults ?? 0 }

  private mutating func carryOut(
    _ call: RecordedCalls.Call, in process: ProcessID
  ) throws -> Result<UInt64, ErrorNumber> {
    let values = call.words.dropFirst().map { UInt64($0, radix: 16) ?? 0 }
    func value(_ index: Int) -> UInt64 { index < values.count ? values[index] : 0 }
    func number(_ index: Int) -> Int32 { Int32(truncatingIfNeeded: value(index)) }
    func permissions(_ index: Int) -> MemoryPermissions {
      MemoryPermissions(rawValue: UInt8(truncatingIfNeeded: value(index)))
    }
    switch call.words[0] {
    case "mmap":
      return try machine.mmap(
        address: value(0), length: value(1), protection: permissions(2),
        flags: MappingFlags(rawValue: UInt32(truncatingIfNeeded: value(3))), in: process)
    case "munmap": return try machine.munmap(value(0), length: value(1), in: process)
    case "mprotect":
      return try machine.mprotect(value(0), length: value(1), protection: permissions(2), in: process)
    case "mremap":
      return try machine.mremap(
        value(0), oldLength: value(1), newLength: value(2),
        flags: RemapFlags(rawValue: UInt32(truncatingIfNeeded: value(3))), newAddress: value(4), in: process)
    case "madvise":
      guard let advice = MemoryAdvice(rawValue: number(2)) else { return .failure(.EINVAL) }
      return try machine.madvise(value(0), length: value(1), advice, in: process)
    case "mlock": return try machine.mlock(value(0), length: value(1), in: process)
    case "mlock2":
      if value(2) > 1 { return .failure(.EINVAL) }
      return try machine.mlock(value(0), length: value(1), onFault: value(2) == 1, in: process)
    case "munlock": return try machine.munlock(value(0), length: value(1), in: process)
    case "mlockall": return try machine.mlockall(LockFlags(rawValue: number(0)), in: process)
    case "munlockall": return try machine.munlockall(in: process)
    case "brk": return .success(try machine.brk(value(0), in: process))
    case "mincore":
      return machine.mincore(value(0), length: value(1), in: process).map { runs in
        runs.reduce(0) { $0 + ($1.isResident ? UInt64($1.count) : 0) }
      }
    case "read", "write":
      try machine.access(
        value(0), length: value(1), call.words[0] == "read" ? .read : .write, in: process)
      return .success(0)
    case "prctl":
      guard let option = ProcessControlOption(rawValue: number(0)) else { return .failure(.EINVAL) }
      return machine.prctl(option, argument: value(1), in: process)
    case "rlimit":
      guard let resource = Resource(rawValue: Int(truncatingIfNeeded: value(0))) else {
        return .failure(.EINVAL)
      }
      return machine.setrlimit(resource, to: ResourceLimit(soft: value(1), hard: value(2)), in: process)
    case "setuid": return machine.setuid(UInt32(truncatingIfNeeded: value(0)), in: process)
    case "fork":
      let child = try machine.fork(process, name: "main").get()
      workers.append(child)
      touchOwnMemory(call.worker)
      touchOwnMemory(workers.count - 1)
      return .success(0)
    case "exit":
      machine.exit(process, status: 0)
      return .success(0)
    default: return .failure(.ENOSYS)
    }
  }

  /// Reads the program and writes its data and its stack, as the recorded program does at first and after fork.
  private mutating func touchOwnMemory(_ worker: Int) {
    let process = workers[worker]
    guard let layout = machine.processes[process]?.addressSpace.layout else { return }
    // The page before the code holds the headers of the file.
    let start = layout.code.lowerBound - 4096
    let stack = 33 * UInt64(4096)
    try? machine.access(start, length: layout.heapStart - start, .read, in: process)
    let areas = machine.processes[process]?.addressSpace.areas.list
    let writable = areas?.first { $0.start > start && $0.permissions.contains(.write) }
    let data = writable?.start ?? layout.heapStart
    try? machine.access(data, length: layout.heapStart - data, .write, in: process)
    try? machine.access(layout.stackTop - stack, length: stack, .write, in: process)
  }

  /// The lines of all processes that live.
  var state: [Int: Set<String>] {
    var states: [Int: Set<String>] = [:]
    for (index, id) in workers.enumerated() {
      guard let process = machine.processes[id], process.isAlive else { continue }
      states[index] = Set(lines(of: process))
    }
    return states
  }

  /// Committed_AS beyond the start, in kB.
  var committed: Int { (machine.commit.committedPages - committedAtStart) * 4 }

  private static let statusFields = [
    "VmPeak", "VmSize", "VmLck", "VmData", "VmStk", "VmExe", "VmLib", "VmPTE",
  ]

  private static let amounts = [
    "Rss", "Pss", "Pss_Dirty", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty", "Anonymous",
    "LazyFree", "AnonHugePages", "Swap", "Locked", "THPeligible",
  ]

  /// What the recording keeps of status and smaps: the pages of the program only as Rss and Anonymous, for there it
  /// lies on tmpfs, and nothing of what the kernel maps into every process.
  private func lines(of process: LinuxProcess) -> [String] {
    let status = StatusText(process: process, configuration: machine.configuration).text
    var sizes: [Substring: Substring] = [:]
    for line in status.split(separator: "\n") {
      let words = line.split { $0 == ":" || $0 == "\t" || $0 == " " }
      if words.count > 1 { sizes[words[0]] = words[1] }
    }
    var lines = ["S " + Self.statusFields.map { String(sizes[Substring($0)] ?? "-1") }.joined(separator: " ")]
    var heading = ""
    var amounts: [String] = []
    for line in SmapsFiles.smaps(process, on: machine).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words[0].hasSuffix(":") else {
        let name = words.count > 5 ? words[5...].joined(separator: " ") : ""
        let kind = name.hasPrefix("/bin/") ? "program" : name.hasPrefix("/dev/zero") ? "shared" : name
        heading = words[0...2].joined(separator: " ") + " " + kind
        amounts = []
        continue
      }
      let field = String(words[0].dropLast())
      if field == "VmFlags" {
        lines.append(
          heading + ":" + ([""] + amounts + words.dropFirst().map(String.init)).joined(separator: " "))
      } else if Self.amounts.contains(field), !heading.contains("[v"),
        !heading.hasSuffix("program") || field == "Rss" || field == "Anonymous"
      {
        amounts.append(String(words[1]))
      }
    }
    return lines
  }
}
