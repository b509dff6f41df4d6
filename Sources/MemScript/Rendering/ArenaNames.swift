// How reports name the arenas and threads of a process.

import LinuxMemory

/// The names of a process's threads and arenas in reports.
struct ArenaNames {
  private let allocator: MallocState
  private let threads: [Int: String]

  /// The names in a process.
  init(of process: LinuxProcess, _ allocator: MallocState) {
    self.allocator = allocator
    threads = Dictionary(process.threads.map { ($0.number, $0.name) }) { first, _ in first }
  }

  /// Whether the main thread is alone.
  var hasOneThread: Bool { threads.isEmpty }

  /// A thread by the C library's number of it.
  func thread(_ number: Int) -> String { number == 0 ? "main" : threads[number] ?? "thread \(number)" }

  /// Who uses an arena: `of thread a`, `of threads main and a`, `of no thread`.
  func users(ofArena number: Int) -> String {
    let names = (allocator.arenaUsers[number] ?? []).map(thread)
    switch names.count {
    case 0: return "of no thread"
    case 1: return "of thread \(names[0])"
    case 2...4: return "of threads \(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
    default: return "of \(names.count) threads"
    }
  }

  /// What the table of chunks says where an arena begins.
  var titles: [Int: String] {
    var titles: [Int: String] = [:]
    for number in 1..<max(allocator.arenaCount, 1) {
      let heaps = allocator.heaps(ofArena: number)
      let bytes = heaps.reduce(0) { $0 &+ $1.accessible }
      titles[number] =
        "arena \(number), \(users(ofArena: number)): \(byteCountText(bytes)) in "
        + "\(heaps.count) \(heaps.count == 1 ? "heap" : "heaps")"
    }
    return titles
  }
}
