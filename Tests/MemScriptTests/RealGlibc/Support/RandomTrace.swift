// Random programs for the allocator, in the notation of the recordings.

/// A program that allocates at random, with sizes around the boundaries at which glibc's rules change.
struct RandomTrace {
  private var random: SplitMix
  private var live: [(id: Int, size: UInt64)] = []
  private var lastID = 0
  private var lines: [String] = []
  private let largest: UInt64

  private static let boundaries: [UInt64] = [
    0, 24, 120, 136, 1000, 1016, 1032, 1040, 3128, 10744, 45048, 65512, 131_048, 131_064, 163_832,
  ]
  private static let tunables = [
    "tcache_count=0", "tcache_count=1", "tcache_max=200", "mxfast=0", "mxfast=160", "mmap_max=1", "top_pad=0",
    "mmap_threshold=8192", "trim_threshold=0", "perturb=85", "tcache_unsorted_limit=2",
  ]

  /// `GLIBC_TUNABLES` of the program; empty for none.
  let environment: String

  /// A program with a number of steps; the same seed makes the same program.
  init(seed: UInt64, steps: Int) {
    random = SplitMix(seed: seed)
    largest = [200, 2000, 40_000, 200_000][Int.random(in: 0..<4, using: &random)]
    let tunable = Self.tunables[Int.random(in: 0..<Self.tunables.count, using: &random)]
    environment = Bool.random(using: &random) ? "glibc.malloc.\(tunable)" : ""
    for _ in 0..<steps { step() }
    lines.append("q")
  }

  /// The program as the recording program reads it.
  var text: String {
    let heading = environment.isEmpty ? "" : "#!env GLIBC_TUNABLES=\(environment)\n"
    return heading + lines.joined(separator: "\n") + "\n"
  }

  private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  private mutating func size() -> UInt64 {
    if pick(3) == 0 { return Self.boundaries[pick(Self.boundaries.count)] + UInt64(pick(34)) }
    return UInt64.random(in: 0...largest, using: &random)
  }

  private mutating func allocate(_ call: String, _ size: UInt64) {
    lastID += 1
    live.append((lastID, size))
    lines.append("\(call.replacing("ID", with: "\(lastID)")) \(size)")
  }

  private mutating func step() {
    switch pick(40) {
    case 0..<13: allocate("m ID", size())
    case 13..<16: allocate("c ID 1", size())
    case 16: allocate("a ID \(16 << UInt64(pick(10)))", size())
    case 17..<21 where !live.isEmpty:
      let old = live.remove(at: pick(live.count))
      let change = [16, 100, 5000][pick(3)]
      allocate("r \(old.id) ID", pick(2) == 0 ? max(size(), 1) : old.size + UInt64(change))
    case 21: lines.append("t \([0, 4096, 1 << 20][pick(3)])")
    case 22 where pick(3) == 0:
      let options = ["1 0", "1 160", "-1 0", "-2 0", "-2 65536", "-3 16384", "-4 0", "-6 1", "99 0"]
      lines.append("o " + options[pick(options.count)])
    case 23: lines.append("q")
    case 24 where pick(6) == 0: lines.append("s \([16, 100, 4096][pick(3)])")
    case 25 where pick(6) == 0: lines.append("B \(0x21000 + 0x1000 * pick(64))")
    case 26, 27:
      guard let block = live.last, block.size > 0 else { break }
      lines.append("\(pick(3) == 0 ? "z" : "w") \(block.id) 0 \(block.size)")
    default:
      guard !live.isEmpty else { break }
      lines.append("f \(live.remove(at: pick(live.count)).id)")
    }
  }
}
