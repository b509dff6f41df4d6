// The paths of the simulated files by directory, so that finding one takes no longer the more there are.

/// The tree of directories that the paths of files make.
struct DirectoryTree: Sendable, Equatable, Codable {
  /// A file or a directory.
  private struct Node: Sendable, Equatable, Codable {
    var parent: Int
    var children: [String: Int] = [:]
    var file: FileIdentifier?
    /// Whether it is a directory that was made, and stays when it is empty.
    var isMade = false
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
  func isDirectory(_ path: String) -> Bool {
    node(at: path).map { !nodes[$0].children.isEmpty || nodes[$0].isMade } ?? false
  }

  /// Whether an absolute path is that of a directory that was made.
  func isMadeDirectory(_ path: String) -> Bool { node(at: path).map { nodes[$0].isMade } ?? false }

  /// The names directly below an absolute path, in no order.
  func names(in path: String) -> [String] { node(at: path).map { Array(nodes[$0].children.keys) } ?? [] }

  /// Puts a file at an absolute path where there is none.
  mutating func insert(_ file: FileIdentifier, at path: String) { nodes[makePath(path)].file = file }

  /// Makes a directory that stays when it is empty.
  mutating func makeDirectory(_ path: String) { nodes[makePath(path)].isMade = true }

  /// The node of an absolute path, which is made with those above it where there is none.
  private mutating func makePath(_ path: String) -> Int {
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
    return place
  }

  /// Takes an empty directory away that was made.
  mutating func removeDirectory(_ path: String) {
    guard let place = node(at: path) else { return }
    nodes[place].isMade = false
    prune(place, path)
  }

  /// Takes a file away, with the directories that were there for its sake alone.
  mutating func remove(_ path: String) {
    guard let place = node(at: path) else { return }
    nodes[place].file = nil
    prune(place, path)
  }

  /// Takes nodes away that nothing needs any more, from the last of a path upwards.
  private mutating func prune(_ last: Int, _ path: String) {
    var place = last
    for name in Self.names(of: path).reversed() {
      guard nodes[place].file == nil, nodes[place].children.isEmpty, !nodes[place].isMade else { return }
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
