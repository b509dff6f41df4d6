// What a machine amounted to before a statement, and what has changed since.

import LinuxMemory

/// The figures of a machine before a traced statement.
struct TracePoint {
  /// A process's sizes in bytes.
  struct Sizes: Equatable {
    let virtual: UInt64
    let resident: UInt64
    let swapped: UInt64

    init(of process: LinuxProcess) {
      virtual = process.virtualBytes
      resident = process.residentBytes
      swapped = UInt64(max(process.addressSpace.resident.swapped, 0)) << 12
    }
  }

  private let sizes: [ProcessID: Sizes]
  private let freeBytes: UInt64
  private let cachedPages: Int
  /// Whether another machine was booted since.
  var isNewMachine = false

  init(of machine: Machine) {
    var sizes: [ProcessID: Sizes] = [:]
    for process in machine.processes.live { sizes[process.id] = Sizes(of: process) }
    self.sizes = sizes
    freeBytes = machine.freeBytes
    cachedPages = machine.files.cachedPages
  }

  /// A line for each process whose sizes changed, in PID order, with the free RAM behind the last; none when nothing did.
  func changes(to machine: Machine) -> [TraceLine] {
    if isNewMachine { return [Self.announcement(of: machine)] }
    var lines: [TraceLine] = []
    for process in machine.processes.live {
      let now = Sizes(of: process)
      guard let old = sizes[process.id] else {
        let swap = now.swapped == 0 ? "" : "  swap \(byteCountText(now.swapped))"
        lines.append(
          TraceLine(
            process.name, "VSS \(byteCountText(now.virtual))  RSS \(byteCountText(now.resident))\(swap)"))
        continue
      }
      guard now != old else { continue }
      var words =
        Self.change("VSS", old.virtual, now.virtual) + Self.change("  RSS", old.resident, now.resident)
      if now.swapped != old.swapped { words += Self.change("  swap", old.swapped, now.swapped) }
      lines.append(TraceLine(process.name, words))
    }
    let free = machine.freeBytes
    let cache = Int64(machine.files.cachedPages) - Int64(cachedPages)
    let cacheWords =
      cache == 0 ? "" : "  page cache \(cache > 0 ? "+" : "-")\(byteCountText(cache.magnitude << 12))"
    if lines.isEmpty {
      guard free != freeBytes || cache != 0 else { return [] }
      return [TraceLine("machine", Self.change("free RAM", freeBytes, free) + cacheWords)]
    }
    lines[lines.count - 1] = lines[lines.count - 1].adding("  free RAM \(byteCountText(free))\(cacheWords)")
    return lines
  }

  /// A size, and by how much it changed where it did.
  private static func change(_ name: String, _ old: UInt64, _ new: UInt64) -> String {
    old == new
      ? "\(name) \(byteCountText(new))"
      : "\(name) \(byteChangeText(from: old, to: new)) -> \(byteCountText(new))"
  }

  /// A machine that has just been booted: comparing it with the one before would say nothing.
  static func announcement(of machine: Machine) -> TraceLine {
    let configuration = machine.configuration
    let settings = Dictionary(configuration.settingTexts.map { ($0.key, $0.value) }) { $1 }
    let cpus = configuration.cpus == 1 ? "1 CPU" : "\(configuration.cpus) CPUs"
    let swap = settings["swap"] ?? "0"
    return TraceLine(
      "machine",
      "\(settings["arch"] ?? ""), Linux \(settings["kernel"] ?? ""), glibc \(configuration.glibc), \(cpus), "
        + "\(settings["ram"] ?? "") RAM, \(swap == "0" ? "no swap" : "\(swap) swap"); "
        + "\(byteCountText(machine.freeBytes)) free")
  }
}
