// The tree of directories, against a plain list of paths.

import Testing

@testable import LinuxMemory

struct DirectoryTreeTests {
  @Test(
    "files are found, listed and forgotten as in a plain list of paths", arguments: 0..<8 as Range<UInt64>)
  func plainList(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var tree = DirectoryTree()
    var plain: [String: Int] = [:]
    for number in 0..<250 {
      let depth = Int.random(in: 1...4, using: &random)
      let path = (0..<depth).map { _ in
        "/" + ["a", "b", "cc", "a long name of a file"].randomElement(using: &random)!
      }
      .joined()
      if Bool.random(using: &random) {
        tree.remove(path)
        plain[path] = nil
      } else if plain[path] == nil {
        tree.insert(FileIdentifier(number), at: path)
        plain[path] = number
      }
      for asked in [path, path + "/a", "/a", "/"] {
        let below = plain.keys.filter { $0.hasPrefix(asked == "/" ? "/" : asked + "/") }
        let names = Set(
          below.compactMap { $0.dropFirst(asked == "/" ? 1 : asked.count + 1).split(separator: "/").first })
        #expect(tree.file(at: asked)?.rawValue == plain[asked], "seed \(seed), \(asked)")
        #expect(tree.isDirectory(asked) == !below.isEmpty, "seed \(seed), \(asked)")
        #expect(tree.names(in: asked).sorted() == names.map { String($0) }.sorted(), "seed \(seed), \(asked)")
      }
    }
    for path in plain.keys { tree.remove(path) }
    #expect(tree.names(in: "/").isEmpty)
  }

  @Test("a file is no directory")
  func throughFile() {
    var files = FileStore()
    #expect(throws: Never.self) { try files.create("/a/b", size: 0).get() }
    #expect(files.create("/a/b/c", size: 0) == .failure(.ENOTDIR))
    #expect(files.create("/a/b/c/d", size: 0) == .failure(.ENOTDIR))
    #expect(throws: Never.self) { try files.create("/a/bc", size: 0).get() }
  }

  @Test("places of removed files are used again: a file made and removed over and over takes no more room")
  func reuse() {
    var tree = DirectoryTree()
    for number in 0..<1000 {
      tree.insert(FileIdentifier(number), at: "/a/b/c\(number)")
      tree.remove("/a/b/c\(number)")
    }
    #expect(tree.stateByteCount < 10_000)
  }
}
