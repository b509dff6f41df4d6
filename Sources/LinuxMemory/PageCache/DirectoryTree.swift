// The paths of the simulated files by directory, so that finding one takes no longer the more there are.

/// The tree of directories that the paths of files make.
struct DirectoryTree: Sendable, Equatable {
  /// A file or a directory.
  private struct Node: Sendable, Equatable {
    var parent: Int
    var children: [String: Int] = [:]
    var file: FileIdentifier?
  }

  /// The root is the first; those of removed files are empty and used again.
  private var nodes = [Node(parent: 0)]
  private var vacant: [Int] = []

  /// The file at an absolute path, or nil.
  func file(at path: String) -> FileIdentifier? { node(at: path).flatMap { nodes[$0].file } }

  /// Whether a file stands where an absolute path needs a directory.
  func leadsThroughFile(_ path: String) -> Bool {
    var place = 0
    for name in Self.names(of: path) {
      if nodes[place].file != nil { return true }
      guard let next = nodes[place].children[name] else { return false }
      place = next
    }
    return false
  }

  /// Whether files lie below an absolute path.
  func isDirectory(_ path: String) -> Bool { node(at: path).map { !nodes[$0].children.isEmpty } ?? false }

  /// The names directly below an absolute path, in no order.
  func names(in path: String) -> [String] { node(at: path).map { Array(nodes[$0].children.keys) } ?? [] }

  /// Puts a file at an absolute path where there is none.
  mutating func insert(_ file: FileIdentifier, at path: String) {
    var place = 0
    for name in Self.names(of: path) {
      if let next = nodes[place].children[name] {
        place = next
        continue
      }
      let next = vacant.popLast() ?? nodes.count
      if next == nodes.count { nodes.append(Node(parent: place)) } else { nodes[next].parent = place }
      nodes[place].children[name] = next
      place = next
    }
    nodes[place].file = file
  }

  /// Takes a file away, with the directories that were there for its sake alone.
  mutating func remove(_ path: String) {
    guard var place = node(at: path) else { return }
    nodes[place].file = nil
    for name in Self.names(of: path).reversed() {
      guard nodes[place].file == nil, nodes[place].children.isEmpty else { return }
      let parent = nodes[place].parent
      nodes[parent].children[name] = nil
      vacant.append(place)
      place = parent
    }
  }

  private func node(at path: String) -> Int? {
    var place = 0
    for name in Self.names(of: path) {
      guard let next = nodes[place].children[name] else { return nil }
      place = next
    }
    return place
  }

  private static func names(of path: String) -> [String] { path.split(separator: "/").map { String($0) } }

  /// About how many bytes it takes; the names may be as long as the paths of the files.
  var stateByteCount: Int { nodes.count * 4 * MemoryLayout<Node>.stride }
}
