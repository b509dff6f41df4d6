// A captured process: its status, and its mappings with their amounts.

import KernelText
import LinuxMemory

/// The figures of a process as they were captured, in KiB.
struct CapturedFigures: Equatable {
  var id: ProcessID
  var name: String
  var resident = 0
  var proportional: Int?
  var swapped = 0
}

/// What the files of one process tell.
struct CapturedProcess {
  /// What there is.
  enum Content {
    /// A process, and what of it is not taken over.
    case process(ProcessState, notes: [String])
    /// A thread of the kernel, or a zombie: without memory.
    case kernelThread
    /// Nothing that could be used.
    case unreadable(String)
  }

  /// What there is.
  private(set) var content = Content.kernelThread
  /// Its figures.
  private(set) var figures: CapturedFigures
  /// Whether only its sizes are known.
  private(set) var hasSizesOnly = false

  /// Reads the files of a process.
  init(_ number: Int32, _ files: MachineCapture.Files) {
    let folder = "/proc/\(number)"
    figures = CapturedFigures(id: ProcessID(number), name: "?")
    guard let status = files.read("\(folder)/status", as: ProcessStatus.self), let name = status["Name"]
    else {
      content = .unreadable("the status of process \(number) makes no sense")
      return
    }
    guard status.number("VmSize") ?? 0 > 0 else { return }
    var process = ProcessState(id: ProcessID(number), name: name)
    process.parent = ProcessID(Int32(clamping: status.number("PPid") ?? 1))
    process.userID = UInt32(clamping: status.number("Uid") ?? 0)
    process.oomScoreAdjustment = files.line("\(folder)/oom_score_adj").flatMap { Int($0) } ?? 0
    process.group = Self.group(files.text("\(folder)/cgroup"))
    process.threads = files.entries(of: "\(folder)/task").compactMap { Int32($0) }.filter { $0 != number }
      .sorted()
      .map(ProcessID.init)
    process.peaks = (Self.kibibytes("VmPeak", status) / 4, Self.kibibytes("VmHWM", status) / 4)
    if let stat = files.read("\(folder)/stat", as: ProcessStat.self) {
      process.faults = (UInt64(clamping: stat.number(10) ?? 0), UInt64(clamping: stat.number(12) ?? 0))
      // In hundredths of a second.
      process.startTime =
        UInt64(clamping: stat.number(22) ?? 0).multipliedReportingOverflow(by: 10_000).partialValue
    }
    figures.name = name
    figures.resident = Self.kibibytes("VmRSS", status)
    figures.swapped = Self.kibibytes("VmSwap", status)
    var notes: [String] = []
    if let mappings = files.read("\(folder)/smaps", as: ProcessMappings.self), !mappings.mappings.isEmpty {
      figures.proportional = mappings.mappings.reduce(0) { $0 + Int(clamping: $1.kibibytes("Pss")) }
      // What was read at one moment is of one moment; status was read at another.
      figures.resident = mappings.mappings.reduce(0) { $0 + Int(clamping: $1.kibibytes("Rss")) }
      figures.swapped = mappings.mappings.reduce(0) { $0 + Int(clamping: $1.kibibytes("Swap")) }
      process.mappings = mappings.mappings.compactMap { $0.state }
      let huge = mappings.mappings.reduce(0) {
        $0 + $1.kibibytes("Private_Hugetlb") + $1.kibibytes("Shared_Hugetlb")
      }
      if huge > 0 {
        notes.append("process \(number) (\(name)) maps \(huge) KiB of huge pages of hugetlbfs: left out")
      }
    } else {
      hasSizesOnly = true
      process.mappings = Self.mappings(status)
    }
    content = .process(process, notes: notes)
  }

  /// The path of a process's group in version 2.
  private static func group(_ text: String?) -> String {
    let line = text?.split(separator: "\n").first { $0.hasPrefix("0::") }
    return line.map { String($0.dropFirst(3)) } ?? "/"
  }

  /// An amount of a status, as far as a process can have it.
  private static func kibibytes(_ name: String, _ status: ProcessStatus) -> Int {
    min(max(status.number(name) ?? 0, 0), 1 << 44)
  }

  /// Mappings with the sizes of a status, where smaps could not be read.
  private static func mappings(_ status: ProcessStatus) -> [ProcessState.Mapping] {
    func pages(_ name: String) -> Int { kibibytes(name, status) / 4 }
    // Kernels before 4.5 tell the sum only.
    let anonymous = status["RssAnon"] == nil ? pages("VmRSS") : pages("RssAnon")
    let parts:
      [(pages: Int, make: (inout ProcessState.Mapping) -> Void, backing: ProcessState.Mapping.Backing)] = [
        (
          pages("RssFile"), { $0.sharedFile = pages("RssFile") },
          .file(path: "/restored/program/\(status["Name"] ?? "")", firstPage: 0, isTemporary: false)
        ),
        (
          pages("RssShmem"), { $0.sharedFile = pages("RssShmem") },
          .file(path: "/restored/shared", firstPage: 0, isTemporary: true)
        ),
        (
          max(pages("VmData") + pages("VmStk"), anonymous + pages("VmSwap")),
          {
            $0.anonymous = anonymous
            $0.swapped = pages("VmSwap")
          }, .anonymous
        ),
      ]
    var start: UInt64 = 0x1000_0000
    var mappings: [ProcessState.Mapping] = []
    for part in parts where part.pages > 0 {
      let end = start + UInt64(part.pages) << 12
      var mapping = ProcessState.Mapping(
        range: start..<end, permissions: part.backing == .anonymous ? [.read, .write] : .read,
        flags: part.backing == .anonymous ? .accounted : [], backing: part.backing)
      part.make(&mapping)
      mappings.append(mapping)
      start = (end + 0x40_0000) & ~0x1f_ffff
    }
    // Addresses that nobody has touched make up the rest.
    let rest =
      pages("VmSize") - mappings.reduce(0) { $0 + Int(($1.range.upperBound - $1.range.lowerBound) >> 12) }
    if rest > 0 {
      mappings.append(
        ProcessState.Mapping(
          range: start..<start + UInt64(rest) << 12, permissions: [], flags: .noReserve, backing: .anonymous))
    }
    return mappings
  }
}
