// What ps(1) and pmap(1) take from a process.

import LinuxMemory

extension PsRow {
  /// Takes what is shown of a process.
  ///
  /// - Parameter thread: one of its threads beside the main one; nil for that, and where rows are about processes.
  init(_ process: LinuxProcess, thread: LinuxThread? = nil, on machine: Machine) {
    let space = process.addressSpace
    let isAlive = process.isAlive
    let resident = isAlive ? space.resident.total * 4 : 0
    let total = max(machine.pageAllocator.zones.reduce(0) { $0 + $1.managed } * 4, 1)
    let started = process.startTime / 1_000_000
    self.init(
      process: process.id.rawValue, parent: process.parent.rawValue,
      thread: (thread?.id ?? process.id).rawValue, threadCount: process.threadCount,
      name: thread?.name ?? process.name + (isAlive ? "" : " <defunct>"),
      arguments: isAlive ? process.name : "[\(process.name)] <defunct>",
      user: process.userID == 0 ? "root" : String(process.userID), userID: Int(process.userID),
      resident: resident, virtual: isAlive ? space.areas.totals.total * 4 : 0,
      residentPermille: resident * 1000 / total, minorFaults: Int(clamping: process.usage.minorFaults),
      majorFaults: Int(clamping: process.usage.majorFaults), state: isAlive ? "S" : "Z",
      startSecond: Int(clamping: started),
      elapsedSeconds: Int(clamping: machine.clock / 1_000_000 - min(started, machine.clock / 1_000_000)),
      oomScore: machine.oomScore(of: process.id) ?? 0, oomScoreAdjustment: process.oomScoreAdjustment,
      controlGroup: machine.controlGroupPath(of: process.id).map { "0::\($0)" } ?? "-",
      locked: isAlive ? space.areas.totals.locked * 4 : 0,
      text: isAlive ? space.executablePages.program * 4 : 0)
  }
}

extension LinuxProcess {
  /// The mappings as pmap shows them.
  func pmapRows(on machine: Machine) -> [PmapText.Row] {
    guard isAlive else { return [] }
    return machine.work.map(addressSpace.areas.list, units: 16) { area in
      let line = mapsLine(of: area)
      let usage = machine.usage(of: area, in: self)
      return PmapText.Row(
        address: area.start, size: area.pageCount * 4, resident: Int(clamping: usage.resident / 1024),
        dirty: Int(clamping: (usage.sharedDirty + usage.privateDirty) / 1024), permissions: line.permissions,
        name: line.name)
    }
  }
}
