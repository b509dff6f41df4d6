// The anonymous frames that page tables point to, and from how many entries.

/// The anonymous frames in the page tables of a machine (the kernel's `_mapcount` of each page, counted afresh).
struct MappedFrames {
  /// A run of frames with one number of entries that point to each.
  struct Run {
    var frames: FrameRange
    var users: Int
  }

  /// Where entries begin to point to frames (+1) or end to (-1).
  private struct Edge {
    var frame: Int
    var change: Int
  }

  /// The runs, ascending.
  private(set) var runs: [Run] = []

  /// Looks through all page tables.
  init(of machine: Machine) {
    var edges: [Edge] = []
    for process in machine.processes.all {
      for entry in process.addressSpace.pageTable.mappings.all {
        guard case .anonymous(let frame) = entry.value.target else { continue }
        edges.append(Edge(frame: frame.rawValue, change: 1))
        edges.append(Edge(frame: frame.rawValue + Int(entry.count), change: -1))
      }
    }
    edges.sort { $0.frame < $1.frame }
    var users = 0
    for (position, edge) in edges.enumerated() {
      if position > 0, users > 0, edges[position - 1].frame < edge.frame {
        let start = FrameNumber(edges[position - 1].frame)
        runs.append(Run(frames: FrameRange(start: start, count: edge.frame - start.rawValue), users: users))
      }
      users += edge.change
    }
  }

  /// How many frames there are, each once.
  var count: Int { runs.reduce(0) { $0 + $1.frames.count } }

  /// How many of the frames of a run are mapped.
  func count(in frames: FrameRange) -> Int {
    let first = runs.partitionIndex { $0.frames.end > frames.start }
    var count = 0
    for run in runs[first...] {
      if run.frames.start >= frames.end { break }
      count += min(run.frames.end, frames.end).rawValue - max(run.frames.start, frames.start).rawValue
    }
    return count
  }
}
