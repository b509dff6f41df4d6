// What a simulated machine prints against what the real one printed: the same fields in the same order.

import KernelText
import LinuxMemory
import Testing

@testable import MemScript

@Suite("Fields of the simulated machine's files")
struct RecordedOrderTests {
  /// A machine like the recorded one.
  private struct Twin {
    let recording: Recording
    let machine: Machine
    let files: ProcFileSystem

    init(_ name: String) throws {
      recording = try Recording(name)
      let parts = name.split(separator: "-")
      let settings =
        "ram=\(parts[1])M,arch=\(parts[0] == "i386" ? "i386" : "x86_64"),cpus=\(parts.count > 2 ? parts[2] : "1")"
      let session = try Session(machine: Session.machineSettings(fromOption: settings)) { _, _ in }
      machine = session.machine
      files = ProcFileSystem(actor: session.currentProcess)
    }

    /// The first word of each line that the simulated file has.
    func labels(_ path: String) throws -> [String] {
      try files.read(path, on: machine).lines.compactMap(\.fields.first)
    }
  }

  @Test("meminfo has all lines", arguments: Recording.machines)
  func memoryInformation(name: String) throws {
    let twin = try Twin(name)
    let recorded = twin.recording.content(of: "/proc/meminfo").lines.compactMap(\.fields.first)
    #expect(try twin.labels("/proc/meminfo") == recorded)
  }

  @Test("meminfo's kernel memory is the recorded one", arguments: Recording.machines)
  func kernelMemory(name: String) throws {
    let twin = try Twin(name)
    let recorded = try #require(MemoryInformation(parsing: twin.recording.content(of: "/proc/meminfo")))
    let simulated = MemoryInformation(of: twin.machine)
    #expect(simulated.perCPU == recorded.perCPU)
    let sums = [simulated, recorded].map { $0.directMap.reduce(0) { $0 + $1.amount } }
    #expect(sums[0] == sums[1])
    #expect(simulated.directMap.map(\.size) == recorded.directMap.map(\.size))
    // Boot splits one large page more or less, and an idle worker of each CPU comes and goes.
    let large = recorded.hugePageSize
    #expect(abs((simulated.directMap.first?.amount ?? 0) - (recorded.directMap.first?.amount ?? 0)) <= large)
    let stack = twin.machine.configuration.profile.kernelStackSize / 1024
    #expect(abs(simulated.kernelStack - recorded.kernelStack) <= 5 * stack)
  }

  @Test(
    "slabinfo at the first prompt is the recorded one, byte for byte",
    arguments: Recording.machines + ["amd64-2048"])
  func slabInformation(name: String) throws {
    let twin = try Twin(name)
    // Some extracts have an empty line behind each file.
    let recorded = twin.recording.content(of: "/proc/slabinfo").lines.filter { !$0.isEmpty }
    #expect(try twin.files.read("/proc/slabinfo", on: twin.machine).lines == recorded)
  }

  private static let comparedByteForByte = Recording.machines.filter { $0 != "amd64-4096-4" }

  @Test(
    "vmallocinfo at the first prompt is the recorded one, byte for byte", arguments: comparedByteForByte)
  func vmallocInformation(name: String) throws {
    let twin = try Twin(name)
    let recorded = twin.recording.content(of: "/proc/vmallocinfo")
    #expect(try twin.files.read("/proc/vmallocinfo", on: twin.machine) == recorded)
  }

  @Test("vmstat has all lines of the kernel's, in its order", arguments: Recording.machines)
  func statistics(name: String) throws {
    let twin = try Twin(name)
    let recorded = twin.recording.content(of: "/proc/vmstat").lines.compactMap(\.fields.first)
    #expect(try twin.labels("/proc/vmstat") == recorded)
  }

  @Test("vmstat after boot has the recorded page counts within 6 %", arguments: Recording.machines)
  func bootCounters(name: String) throws {
    let twin = try Twin(name)
    let values = { (text: String) in
      Dictionary(
        text.lines.compactMap { line in Int(line.fields.last ?? "").map { (line.fields[0], $0) } },
        uniquingKeysWith: { $1 })
    }
    let recorded = values(twin.recording.content(of: "/proc/vmstat"))
    let simulated = values(try twin.files.read("/proc/vmstat", on: twin.machine))
    for counter in ["pgfree", "nr_free_pages", "nr_dirty_threshold", "nr_dirty_background_threshold"] {
      let (old, new) = (recorded[counter] ?? 0, simulated[counter] ?? 0)
      #expect(abs(old - new) * 100 <= old * 6, "\(counter) \(old) \(new)")
    }
  }

  @Test("status has all lines", arguments: Recording.machines)
  func status(name: String) throws {
    let twin = try Twin(name)
    let recorded = twin.recording.content(of: "/proc/1/status").lines.compactMap(\.fields.first)
    #expect(try twin.labels("/proc/self/status") == recorded)
  }

  @Test(
    "status: lines that do not depend on the process are the recorded ones", arguments: Recording.machines)
  func fixedStatusLines(name: String) throws {
    let twin = try Twin(name)
    let recorded = twin.recording.content(of: "/proc/1/status").lines
    let printed = try twin.files.read("/proc/self/status", on: twin.machine).lines
    for label in [
      "Umask", "State", "FDSize", "Groups", "CapPrm", "CapBnd", "Cpus_allowed", "Mems_allowed", "Speculation",
    ] {
      let isLine = { (line: String) in line.hasPrefix(label + ":") }
      #expect(printed.first(where: isLine) == recorded.first(where: isLine))
    }
  }

  @Test("iomem is the recorded one", arguments: Recording.machines)
  func physicalMap(name: String) throws {
    let twin = try Twin(name)
    #expect(
      try twin.files.read("/proc/iomem", on: twin.machine) == twin.recording.content(of: "/proc/iomem"))
  }

  @Test("zoneinfo has the zones' sizes and marks in the kernel's order", arguments: Recording.machines)
  func zones(name: String) throws {
    let twin = try Twin(name)
    let recorded = twin.recording.content(of: "/proc/zoneinfo").lines
    let printed = try twin.files.read("/proc/zoneinfo", on: twin.machine).lines
    let kept = [
      "Node", "spanned", "present", "start_pfn:", "node_unreclaimable:", "cma", "cpu:", "vm",
    ]
    let isKept = { (line: String) in kept.contains(line.fields.first ?? "") }
    #expect(printed.filter(isKept) == recorded.filter(isKept))
    #expect(printed.map { $0.fields.first } == recorded.map { $0.fields.first })
  }

  @Test("buddyinfo and pagetypeinfo name the same zones", arguments: Recording.machines)
  func buddy(name: String) throws {
    let twin = try Twin(name)
    for path in ["/proc/buddyinfo", "/proc/pagetypeinfo"] {
      let recorded = twin.recording.content(of: path).lines.map { String($0.prefix(23)) }
      let printed = try twin.files.read(path, on: twin.machine).lines.map { String($0.prefix(23)) }
      #expect(printed == recorded)
    }
  }

  @Test("available memory follows the kernel's rule", arguments: Recording.machines)
  func available(name: String) throws {
    let recording = try Recording(name)
    let memory = try #require(MemoryInformation(parsing: recording.content(of: "/proc/meminfo")))
    var zones: [AvailableMemory.ZoneMarks] = []
    for line in recording.content(of: "/proc/zoneinfo").lines {
      let fields = line.fields
      if fields[0] == "Node" { zones.append(.init(managed: 0, low: 0, high: 0, reserve: 0)) }
      switch fields[0] {
      case "low": zones[zones.count - 1].low = Int(fields[1]) ?? 0
      case "high": zones[zones.count - 1].high = Int(fields[1]) ?? 0
      case "managed": zones[zones.count - 1].managed = Int(fields[1]) ?? 0
      case "protection:":
        let numbers = line.split(whereSeparator: { "(), ".contains($0) }).compactMap { Int($0) }
        zones[zones.count - 1].reserve = numbers.max() ?? 0
      default: break
      }
    }
    let pages = AvailableMemory.pages(
      free: memory.free / 4, filePages: (memory.activeFile + memory.inactiveFile) / 4,
      reclaimableSlab: memory.slabReclaimable / 4, zones: zones)
    #expect(pages * 4 == memory.available)
  }
}
