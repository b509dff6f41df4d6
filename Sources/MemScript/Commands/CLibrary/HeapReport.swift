// The whole text of heap: table, totals and reasons, or the surroundings of a pointer.

import LinuxMemory

extension Session {
  /// The heap of a process as a value.
  func heapPicture(of found: LookedAtProcess, _ state: MallocState) throws -> HeapPicture {
    let (runs, _) = state.heapRuns(mayGoOn: budget.spend)
    try budget.check()
    return HeapPicture(of: found.process, state, runs, pointers: scriptPointers, isDead: found.isDead)
  }

  /// Says the whole heap of a process, piece by piece.
  ///
  /// - Parameter emit: takes the pieces.
  func printHeap(
    of found: LookedAtProcess, _ state: MallocState, listsAll: Bool, _ emit: (String) -> Void
  ) throws {
    let process = found.process
    var text = HeapText(allocator: state, isFolded: !listsAll)
    text.arenaTitles = ArenaNames(of: process, state).titles
    let mapped = text.mappedTable(state.mappedChunkList)
    guard state.hasHeap else {
      return emit(
        (found.isDead
          ? "\(process.name) had no heap when it died\n"
          : process.isRestored
            ? "\(process.name) was taken over from a capture: what its malloc has given out, nobody has recorded; "
              + "'maps' shows the heap as a whole\n"
            : "\(process.name) has no heap yet: the first malloc makes it\n")
          + mapped)
    }
    let budget = budget
    let (runs, broken) = state.heapRuns(mayGoOn: budget.spend)
    try budget.check()
    emit((found.isDead ? "as it was when the process died: " : "") + heading(of: process, runs))
    if !listsAll {
      let picture = HeapPicture(of: process, state, runs, pointers: scriptPointers, isDead: found.isDead)
      emit(picture.text(viewStyle))
    }
    if listsAll { text.listChunks(of: runs, mayGoOn: budget.spend, emit) } else { emit(text.table(runs)) }
    emit(mapped)
    try budget.check()
    if found.isDead { return broken.map { emit(corruption($0)) } ?? () }
    guard broken == nil, let forecast = machine.trimForecast(in: process.id) else {
      return emit(corruption(broken))
    }
    var copy = machine
    copy.events = EventPort()
    if let information = try? copy.mallinfo2(in: process.id) { emit(HeapText.totals(information)) }
    try budget.check()
    emit(retention(of: process, state, runs, forecast))
  }

  /// The stretches of memory that the heap has, and how much of them is resident.
  private func heading(of process: LinuxProcess, _ runs: [HeapRun]) -> String {
    var pieces: [Range<UInt64>] = []
    for run in runs {
      if let last = pieces.last, last.upperBound == run.first.address {
        pieces[pieces.count - 1] = last.lowerBound..<max(run.end, last.lowerBound)
      } else {
        // What an arena keeps of itself stands before its first chunk.
        let start = run.first.arena == 0 ? run.first.address : run.first.address & ~4095
        pieces.append(start..<max(run.end, start))
      }
    }
    let resident = pieces.reduce(0) { $0 + machine.residentBytes(in: $1, of: process) }
    let size = pieces.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
    var places = pieces.map { "\(addressText($0.lowerBound))-\(addressText($0.upperBound))" }
    if places.count > 3 { places[2...] = ["\(places.count - 2) more pieces"] }
    return "heap of \(process.name): \(places.joined(separator: ", ")), \(byteCountText(size)), "
      + "\(byteCountText(resident)) of it in RSS\n"
  }

  /// Why freed memory stays.
  private func retention(
    of process: LinuxProcess, _ state: MallocState, _ runs: [HeapRun], _ forecast: TrimForecast
  ) -> String {
    let top = state.topChunk.map { $0.address..<max($0.address, $0.address &+ $0.size) } ?? 0..<0
    let reasons = state.retention(
      of: runs, programBreak: process.addressSpace.programBreak,
      residentTop: machine.residentBytes(in: top, of: process))
    var lines = reasons.map { $0.sentence(forecast) }
    if let others = machine.retention(ofOtherArenas: runs, of: process) {
      lines.insert(others.sentence(forecast), at: 0)
      if let fewer = fewerArenas(of: process, state) { lines.insert(fewer, at: 1) }
    }
    let isToldAlready = reasons.contains { if case .pinned = $0 { true } else { false } }
    if !isToldAlready, forecast.residentBytes > 0 { lines.append(forecast.words) }
    if process.isRestored {
      lines.append("blocks from before the capture are not shown: nobody has recorded them")
    } else if lines.isEmpty {
      lines = ["no freed memory stays: what is resident is in use"]
    }
    return lines.map(fit).joined()
  }

  private func corruption(_ header: UInt64?) -> String {
    guard let header else { return "the heap is corrupted: its lists of free chunks make no sense\n" }
    return "the heap is corrupted: the chunk at \(addressText(header)) has no sensible size; "
      + "what lies behind it cannot be told\n"
  }

  /// The chunk that an address lies in, with its neighbours and its header.
  func heapText(around address: UInt64, of process: LinuxProcess, _ state: MallocState) -> String {
    var text = HeapText(allocator: state, isFolded: false)
    text.arenaTitles = ArenaNames(of: process, state).titles
    if let mapped = state.mappedChunkList.first(where: {
      address >= $0.start && address - $0.start < $0.length
    }) {
      return text.mappedTable([mapped]) + header(of: mapped.address, state)
    }
    guard let (chunks, index) = state.chunks(around: address, neighbours: 2, mayGoOn: budget.spend) else {
      return "\(addressText(address)) does not lie in the heap of \(process.name)\n"
    }
    let chunk = chunks[index].address
    return text.table(chunks.map { HeapRun(first: $0) }, marking: chunk) + header(of: chunk, state)
  }

  /// A chunk's size word, spelled out.
  private func header(of chunk: UInt64, _ state: MallocState) -> String {
    let word = state.sizeWord(ofChunk: chunk)
    let flags = [(UInt64(1), "PREV_INUSE"), (2, "IS_MMAPPED"), (4, "NON_MAIN_ARENA")]
      .filter { word & $0.0 != 0 }.map(\.1)
    let names = flags.isEmpty ? "no flag" : flags.joined(separator: " | ")
    return "  header: \(addressText(word)) = \(word & ~7) bytes, \(names)\n"
  }
}
