// The files of /proc that tell of the machine as a whole.

import KernelText
import LinuxMemory

/// The catalogue of system-wide files.
enum MachineFiles {
  /// Every file.
  static let all: [ProcFile] = [
    ProcFile.readOnly("/proc/buddyinfo") { machine, _ in ZoneFiles.buddyInformation(machine) },
    ProcFile(
      "/proc/pressure/memory", exists: { $0.hasControlGroups },
      read: { machine, _ in machine.pressure.information(at: machine.clock).text }, write: nil),
    ProcFile.readOnly("/proc/cmdline") { machine, _ in SystemIdentity(of: machine).commandLine + "\n" },
    ProcFile.readOnly("/proc/cpuinfo") { machine, _ in
      ProcessorInformationText.text(of: machine.configuration)
    },
    ProcFile.readOnly("/proc/iomem") { machine, _ in
      IOMemory(
        ranges: machine.kernelPages.resources.map {
          .init(depth: $0.depth, start: $0.start, end: $0.end, name: $0.name)
        }
      ).text
    },
    ProcFile.readOnly("/proc/loadavg") { machine, _ in
      // Nobody waits for a processor: nothing runs while a statement is read.
      "0.00 0.00 0.00 1/\(threadCount(machine)) \(machine.processes.lastNumber)\n"
    },
    ProcFile.readOnly("/proc/meminfo") { machine, _ in MemoryInformation(of: machine).text },
    ProcFile.readOnly("/proc/pagetypeinfo") { machine, _ in ZoneFiles.pageTypeInformation(machine) },
    ProcFile.readOnly("/proc/slabinfo") { machine, _ in
      SlabInformation.header
        + machine.work.map(machine.slabInformation, units: 8) { $0.text }.joined()
    },
    ProcFile.readOnly("/proc/stat") { machine, _ in statistics(machine) },
    ProcFile.readOnly("/proc/swaps") { machine, _ in swaps(machine) },
    ProcFile(
      "/proc/sysrq-trigger", read: nil,
      write: { machine, _, text throws(ErrorNumber) in try request(text, of: &machine) }),
    ProcFile.readOnly("/proc/uptime") { machine, _ in uptime(machine) },
    ProcFile.readOnly("/proc/version") { machine, _ in SystemIdentity(of: machine).banner },
    ProcFile.readOnly("/proc/vmallocinfo") { machine, _ in vmallocInformation(machine) },
    ProcFile.readOnly("/proc/vmstat") { machine, _ in
      CounterTable(counters: machine.counters.map { .init(name: $0.name, value: $0.value) }).text
    },
    ProcFile.readOnly("/proc/zoneinfo") { machine, _ in ZoneFiles.zoneInformation(machine) },
  ]

  /// Carries out a request of `/proc/sysrq-trigger`: only its first letter counts (drivers/tty/sysrq.c).
  private static func request(_ text: String, of machine: inout Machine) throws(ErrorNumber) {
    switch text.first {
    case nil: break
    case "f": machine.killOnRequest()
    default: throw .EOPNOTSUPP
    }
  }

  private static func swaps(_ machine: Machine) -> String {
    SwapTable(
      areas: machine.swap.active.map { area in
        .init(
          path: area.path, isPartition: area.kind == .partition, size: area.slotCount * 4,
          used: area.usedCount * 4, priority: area.priority)
      }
    ).text
  }

  /// Seconds since boot, and seconds that the CPUs were idle: all of them, for nobody computes while time passes.
  private static func uptime(_ machine: Machine) -> String {
    let hundredths = machine.clock / 10_000
    let (idle, overflow) = hundredths.multipliedReportingOverflow(by: UInt64(machine.configuration.cpus))
    return "\(seconds(hundredths)) \(seconds(overflow ? .max : idle))\n"
  }

  private static func threadCount(_ machine: Machine) -> Int {
    machine.processes.live.reduce(0) { $0 + $1.threadCount }
  }

  /// Time of the processors in hundredths of a second, all of it idle, and since when the machine runs
  /// (proc(5)): its calendar begins at 1970, as `date` tells.
  private static func statistics(_ machine: Machine) -> String {
    let idle = machine.clock / 10_000
    let cpus = machine.configuration.cpus
    let (sum, overflowed) = idle.multipliedReportingOverflow(by: UInt64(cpus))
    var text = "cpu  0 0 0 \(overflowed ? .max : sum) 0 0 0 0 0 0\n"
    for cpu in 0..<cpus { text += "cpu\(cpu) 0 0 0 \(idle) 0 0 0 0 0 0\n" }
    return text + "intr 0\nctxt 0\nbtime 0\nprocesses \(machine.processes.lastNumber)\n"
      + "procs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n"
  }

  private static func seconds(_ hundredths: UInt64) -> String {
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  private static func vmallocInformation(_ machine: Machine) -> String {
    let profile = machine.configuration.profile
    return machine.work.map(machine.vmallocInformation, units: 8) {
      $0.text(addressDigits: profile.addressDigits, showsNodes: profile.hasNodes)
    }.joined()
  }
}
