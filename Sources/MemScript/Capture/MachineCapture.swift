// A captured machine: what its files tell, and what of it cannot be taken over.

import KernelText
import LinuxMemory
import ScriptLanguage

/// What copies of `/proc` and `/sys` tell of a machine, as the state of a simulated one.
///
/// ```swift
/// var files = MachineCapture.Files()
/// files.add("/proc/meminfo", meminfo)
/// let capture = try MachineCapture(files)
/// let machine = try capture.machine()
/// ```
public struct MachineCapture: Sendable {
  /// The state that the files tell.
  public private(set) var state: MachineState
  /// What the files tell that is not taken over, a sentence each.
  public internal(set) var leftOut: [String] = []
  /// The captured amounts of `/proc/meminfo`.
  let memory: MemoryInformation
  /// The captured figures of the processes.
  private(set) var figures: [CapturedFigures] = []

  /// Reads the files.
  ///
  /// - Throws: `ScriptError` when they do not tell of a machine, or of one that cannot be simulated at all.
  public init(_ files: Files) throws(ScriptError) {
    guard let table = files.read("/proc/meminfo", as: KibibyteTable.self), table["MemTotal"] != nil else {
      throw ScriptError(
        files.text("/proc/meminfo") == nil
          ? files.text("/capture/machine") != nil
            ? "the copy is cut: proc/meminfo is missing"
            : "there is no proc/meminfo: 'scripts/capture DIR' makes such a folder"
          : "proc/meminfo has no MemTotal")
    }
    memory = MemoryInformation(table)
    let pageSize = files.line("/capture/page_size")
    guard pageSize ?? "4096" == "4096" else {
      throw ScriptError(
        "the machine has pages of \(pageSize ?? "?") bytes; only pages of 4096 are simulated")
    }
    var notes: [String] = []
    if files.text("/capture/machine") != nil, files.text("/whole") == nil {
      notes.append("the copy is cut: its end is missing, and what stood there")
    }
    let configuration = try Self.configuration(of: files, memory, &notes)
    state = MachineState(configuration: configuration)
    leftOut = notes
    readSystem(files, table)
    let readers = files.processNumbers.map { CapturedProcess($0, files) }
    for process in readers {
      switch process.content {
      case .process(let found, let notes):
        state.processes.append(found)
        figures.append(process.figures)
        leftOut += notes
      case .kernelThread: continue
      case .unreadable(let why): leftOut.append(why)
      }
    }
    noteUnreadable(readers)
    let swapped = state.processes.reduce(0) { sum, process in process.mappings.reduce(sum) { $0 + $1.swapped }
    }
    let used = max(memory.swapTotal - memory.swapFree, 0) / 4
    state.swapCachedPages = max(min(memory.swapCached / 4, used - swapped), 0)
  }

  /// Makes a machine in the state.
  ///
  /// - Throws: `ScriptError` when no machine can be in it.
  public func machine() throws(ScriptError) -> Machine {
    do throws(RestoringError) {
      return try Machine(restoring: state)
    } catch {
      throw ScriptError(error.words)
    }
  }

  private mutating func noteUnreadable(_ processes: [CapturedProcess]) {
    let names = processes.filter(\.hasSizesOnly).map { "\($0.figures.name) (\($0.figures.id.rawValue))" }
    if names.isEmpty { return }
    let list =
      names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    leftOut.append("the mappings of \(list) could not be read: only sizes are taken over")
  }

  // MARK: The system

  private static func configuration(
    of files: Files, _ memory: MemoryInformation, _ notes: inout [String]
  ) throws(ScriptError) -> MachineConfiguration {
    var configuration = MachineConfiguration()
    let machine = files.line("/capture/machine") ?? files.line("/proc/sys/kernel/arch")
    switch machine {
    case "i386", "i486", "i586", "i686": configuration.architecture = .i386
    case nil where memory.high != nil: configuration.architecture = .i386
    case nil, "x86_64": break
    case let other?: notes.append("the processor is \(other): simulated as x86_64")
    }
    let release = files.line("/proc/sys/kernel/osrelease") ?? files.text("/proc/version")?.release ?? ""
    configuration.kernel = Self.kernel(for: release, configuration.architecture, &notes)
    let cpus =
      files.text("/proc/stat")?.split(separator: "\n")
      .count { $0.hasPrefix("cpu") && $0.dropFirst(3).first?.isNumber == true } ?? 1
    configuration.cpus = min(max(cpus, 1), MachineConfiguration.cpuLimit)
    if cpus > MachineConfiguration.cpuLimit {
      notes.append("it has \(cpus) CPUs: simulated with \(MachineConfiguration.cpuLimit)")
    }
    if let text = files.line("/sys/kernel/mm/transparent_hugepage/enabled"),
      let chosen = text.split(separator: "[").last?.prefix(while: { $0 != "]" }),
      let setting = HugePageSetting(rawValue: String(chosen))
    {
      configuration.transparentHugePages = setting
    }
    do throws(ConfigurationError) {
      return try configuration.withMemory(ofTotal: UInt64(max(memory.total, 0)) << 10)
    } catch {
      throw ScriptError(error.message)
    }
  }

  /// The newest simulated kernel that is not newer than a release; the oldest for a still older one.
  private static func kernel(
    for release: String, _ architecture: Architecture, _ notes: inout [String]
  ) -> KernelRelease {
    func key(_ text: some StringProtocol) -> [Int] {
      text.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    }
    let wanted = key(release)
    let all = KernelRelease.all.sorted { key($0.version).lexicographicallyPrecedes(key($1.version)) }
    guard wanted.count == 2, let oldest = all.first else { return .linux61 }
    let found = all.last { !wanted.lexicographicallyPrecedes(key($0.version)) } ?? oldest
    if key(found.version) != wanted {
      notes.append("the kernel is \(release): simulated as Linux \(found.version)")
    }
    return found
  }

  private mutating func readSystem(_ files: Files, _ table: KibibyteTable) {
    if let seconds = files.line("/proc/uptime")?.split(separator: " ").first.flatMap({ Double($0) }),
      seconds >= 0, seconds < 1e12
    {
      state.uptime = UInt64(seconds * 1_000_000)
    }
    for name in files.entries(of: "/proc/sys/vm") {
      if let value = files.line("/proc/sys/vm/\(name)") {
        state.tunables.append(.init(name: name, value: value))
      }
    }
    readSwap(files)
    readGroups(files)
    func pages(_ name: String) -> Int { Int(min(table[name] ?? 0, 1 << 44)) / 4 }
    state.sharedPages = pages("Shmem")
    state.cachedPages = max(pages("Cached") - pages("Shmem"), 0)
    state.devicePages = pages("Buffers")
    state.activeFilePages = pages("Active(file)")
    state.activeAnonymousPages = pages("Active(anon)")
    state.reclaimableSlabPages = pages("SReclaimable")
    state.unreclaimableSlabPages = pages("SUnreclaim")
    state.freePages = pages("MemFree")
    if let huge = table["HugePages_Total"], huge > 0 {
      leftOut.append("\(huge) huge pages are reserved (hugetlbfs): the kernel holds their memory here")
    }
    if let zswap = table["Zswap"], zswap > 0 { leftOut.append("zswap holds \(zswap) KiB: not simulated") }
    if files.entries(of: "/sys/devices/system/node").count(where: { $0.hasPrefix("node") }) > 1 {
      leftOut.append("it has several NUMA nodes: simulated as one")
    }
  }

  private mutating func readSwap(_ files: Files) {
    guard let table = files.read("/proc/swaps", as: SwapTable.self) else {
      // Without the table, one area of the size that meminfo tells.
      if memory.swapTotal > 0 {
        state.swapAreas = [
          .init(path: "/swapfile", isPartition: false, pages: memory.swapTotal / 4, priority: -2)
        ]
      }
      return
    }
    state.swapAreas = table.areas.map {
      .init(
        path: $0.path, isPartition: $0.isPartition, pages: min(max($0.size, 0), 1 << 44) / 4,
        priority: min(max($0.priority, -1), 32_767))
    }
    if table.areas.contains(where: { $0.path.hasPrefix("/dev/zram") }) {
      leftOut.append("swap on zram: simulated as a disk, its compressed pages take no memory here")
    }
  }

  private mutating func readGroups(_ files: Files) {
    let settings = [
      "memory.min", "memory.low", "memory.high", "memory.max", "memory.swap.max", "memory.swap.high",
      "memory.oom.group",
    ]
    func visit(_ path: String) {
      for name in files.entries(of: "/sys/fs/cgroup" + path) {
        let child = "\(path)/\(name)"
        guard !files.entries(of: "/sys/fs/cgroup" + child).isEmpty else { continue }
        state.groups.append(
          .init(
            path: child,
            settings: settings.compactMap { file in
              files.line("/sys/fs/cgroup\(child)/\(file)").map { .init(name: file, value: $0) }
            }))
        visit(child)
      }
    }
    if files.text("/capture/cgroups") != nil || !files.entries(of: "/sys/fs/cgroup/memory").isEmpty {
      leftOut.append("its control groups are of version 1: not simulated")
    } else {
      visit("")
    }
  }
}

extension String {
  /// The release in the text of `/proc/version`.
  fileprivate var release: String? { split(separator: " ").dropFirst(2).first.map(String.init) }
}

extension RestoringError {
  /// What is wrong, in a line.
  var words: String {
    switch self {
    case .configuration(let error): error.message
    case .processNumber(let id): "two processes or threads have the number \(id.rawValue)"
    case .mappings(let id): "the mappings of process \(id.rawValue) make no sense"
    case .outOfMemory(let id?): "there is no memory for what process \(id.rawValue) has"
    case .outOfMemory(nil): "there is no memory for what the kernel has"
    case .group(let path): "the control group \(path) cannot have processes"
    case .inconsistent(let reason): reason
    }
  }
}
