// Rooms and doors: which folder may name what, who may change what, and that the reader's map is true.

import Foundation
import Testing

@Suite struct RoomsTests {
  /// For each folder of a target the folders whose types it may name, besides itself. What is not in here may name
  /// nothing. `Ground` may be named by all rooms of LinuxMemory, `Vocabulary` by all of ScriptLanguage.
  static let rooms: [String: [String: Set<String>]] = [
    "KernelText": [
      "Lines": [],
      "Log": ["Lines"],
      "Proc": ["Lines"],
      "Messages": ["Lines", "Proc"],
      "Reports": ["Lines", "Log", "Messages"],
    ],
    "LinuxMemory": [
      "Ground": [],
      "Platform": [],
      // Mechanisms: each knows its own state.
      "ControlGroups": [], "KernelLog": [], "Overcommit": [], "PageCache": [], "Glibc": [], "KernelPages": [],
      "PageAllocator": ["ControlGroups"],
      "Slab": ["PageAllocator", "Platform"],
      "Vmalloc": ["PageAllocator", "Slab", "KernelLog"],
      "Swap": ["PageCache"],
      "AddressSpace": ["Platform", "Swap"],
      "Reclaim": ["Swap"],
      "Processes": ["AddressSpace", "ControlGroups", "Glibc", "Platform"],
      "Compaction": ["AddressSpace", "PageAllocator", "Processes", "Swap"],
      "OOM": ["AddressSpace", "KernelLog", "PageAllocator", "Reclaim"],
      "Tunables": ["Overcommit"],
      "Counters": ["AddressSpace", "Compaction", "Reclaim"],
      // What the mechanisms tell of themselves.
      "Tracing": [
        "AddressSpace", "Compaction", "ControlGroups", "Glibc", "OOM", "Overcommit", "PageAllocator",
        "PageCache",
        "Processes", "Reclaim", "Slab", "Vmalloc",
      ],
      // Data of releases, and booting with them.
      "Releases": [
        "Counters", "Glibc", "KernelLog", "OOM", "PageAllocator", "Platform", "Slab", "Tunables", "Vmalloc",
      ],
      "Boot": [
        "AddressSpace", "Glibc", "KernelPages", "PageAllocator", "Platform", "Releases", "Slab", "Tunables",
        "Vmalloc",
      ],
      // The paths that cross mechanisms.
      "Machine": [
        "AddressSpace", "Boot", "Compaction", "ControlGroups", "Counters", "Glibc", "KernelLog",
        "KernelPages", "OOM",
        "Overcommit",
        "PageAllocator", "PageCache", "Platform", "Processes", "Reclaim", "Releases", "Slab", "Swap",
        "Tracing",
        "Tunables", "Vmalloc",
      ],
      "Replay": ["Glibc", "Machine", "Processes"],
    ],
    "ScriptLanguage": [
      "Vocabulary": [],
      "Diagnostics": [], "Values": [],
      "Syntax": ["Diagnostics"],
      "Host": ["Diagnostics", "Values"],
      "Bytecode": ["Syntax", "Values"],
      "Compiler": ["Bytecode", "Diagnostics", "Host", "Syntax", "Values"],
      "Runtime": ["Bytecode", "Diagnostics", "Host", "Syntax", "Values"],
      "Builtins": ["Runtime", "Syntax", "Values"],
      "Embedding": ["Bytecode", "Compiler", "Diagnostics", "Host", "Runtime", "Syntax"],
      "Bridging": ["Host"],
    ],
    "MemScript": [
      "Exports.swift": [], "ProcFiles": [], "Rendering": [],
      "Capture": ["ProcFiles"],
      "Explain": ["Rendering", "Report"],
      "Trace": ["Rendering"],
      "Views": ["ProcFiles", "Rendering"],
      "Report": ["Rendering", "Views"],
      "Session": ["Capture", "ProcFiles", "Rendering", "Report", "Trace", "Views"],
      "Traces": ["Rendering", "Session"],
      "ShellCommands": ["ProcFiles", "Rendering", "Session", "Views"],
      "Commands": ["Rendering", "Session", "ShellCommands", "Views"],
      "Catalogue": ["Session", "ShellCommands"],
    ],
    "memsh": [
      "Options": [],
      "Terminal": ["Options"],
      "Batch": ["Terminal"],
      "CommandLine": ["Options", "Terminal"],
      "Learning": ["Terminal"],
      "Shell": ["Batch", "Learning", "Terminal"],
      "REPL": ["Learning", "Shell", "Terminal"],
      "ExplainMode": ["Batch", "CommandLine", "Terminal", "UserMessage.swift"],
      "ReplayMode": ["Batch", "CommandLine", "Terminal"],
      "UserMessage.swift": ["Options", "Terminal"],
      "Program.swift": [
        "Batch", "CommandLine", "ExplainMode", "Options", "REPL", "ReplayMode", "Shell", "Terminal",
        "UserMessage.swift",
      ],
    ],
  ]
  /// The rooms that lie below all others of their target.
  static let grounds = ["LinuxMemory": "Ground", "ScriptLanguage": "Vocabulary"]

  /// A source file with the words of its code.
  struct Words {
    let target: String
    let room: String
    let path: String
    let words: Set<Substring>
    /// The types that it declares for others.
    let declared: [Substring]
  }

  static let sources: [Words] = HouseRulesTests.files.filter(\.isSource).map { file in
    let code = file.lines.map(Self.code)
    let parts = file.path.split(separator: "/")
    return Words(
      target: file.target, room: String(parts[2]), path: file.path,
      words: code.reduce(into: []) { $0.formUnion(Self.words(in: $1)) },
      declared: code.compactMap(Self.declaredType))
  }

  /// A line without its comment and without what stands in quotes.
  static func code(of line: String) -> String {
    var code = ""
    var isQuoted = false
    var previous: Character = " "
    for character in line {
      if character == "\"", previous != "\\" { isQuoted.toggle() }
      if !isQuoted, character == "/", previous == "/" {
        code.removeLast()
        break
      }
      if !isQuoted { code.append(character) }
      previous = previous == "\\" && character == "\\" ? " " : character
    }
    return code
  }

  private static func words(in code: String) -> [Substring] {
    code.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_") }
  }

  /// The type that a line declares at the outermost level, unless nobody else can see it.
  private static func declaredType(in code: String) -> Substring? {
    guard let first = code.first, first != " " else { return nil }
    let words = code.split(separator: " ")
    guard !words.contains("private"), !words.contains("fileprivate"), !words.contains("extension"),
      !words.contains("import"),
      let keyword = words.firstIndex(where: {
        ["struct", "enum", "class", "protocol", "typealias"].contains($0)
      }),
      keyword + 1 < words.count
    else { return nil }
    return words[keyword + 1].prefix { $0.isLetter || $0.isNumber }
  }

  @Test func everyRoomNamesOnlyWhatItMay() {
    for (target, table) in Self.rooms {
      var home: [Substring: String] = [:]
      for file in Self.sources where file.target == target {
        for type in file.declared { home[type] = file.room }
      }
      #expect(home.count > 5)
      for file in Self.sources where file.target == target {
        guard let allowed = table[file.room] else {
          Issue.record("\(file.path) stands in a room that is in no table")
          continue
        }
        for word in file.words {
          guard let room = home[word], room != file.room, room != Self.grounds[target] else { continue }
          #expect(allowed.contains(room), "\(file.path) names \(word) of \(room)")
        }
      }
    }
  }

  @Test func noRoomsNameEachOtherInACircle() {
    for (target, table) in Self.rooms {
      var order: [String] = []
      var left = table
      while let room = left.keys.sorted().first(where: { left[$0]?.isSubset(of: order) == true }) {
        order.append(room)
        left[room] = nil
      }
      #expect(left.isEmpty, "a circle in \(target): \(left.keys.sorted())")
    }
  }

  /// Who may change what: calls that only the files of one door may make.
  static let doors: [(calls: [String], door: String)] = [
    ([".allocate(order", ".allocatePages(", "allocator.free("], "Sources/LinuxMemory/PageAllocator/"),
    (
      [
        "pageLists.append(", "pageLists.remove", "pageLists.move(", "pageLists.bequeath(", "pageLists.shift(",
        "pageLists.setAge(", "pageLists.noteTouch(",
      ], "Sources/LinuxMemory/Machine/Reclaim/Machine+PageLists.swift"
    ),
    (["observer.observe("], "Sources/LinuxMemory/Machine/Machine+Events.swift"),
  ]

  @Test func whatHasADoorGoesThroughIt() {
    for file in HouseRulesTests.files where file.path.hasPrefix("Sources/LinuxMemory") {
      for (calls, door) in Self.doors where !file.path.hasPrefix(door) {
        for (number, line) in file.lines.enumerated() {
          let code = Self.code(of: line)
          for call in calls where code.contains(call) {
            Issue.record("\(file.path):\(number + 1) calls \(call) past \(door)")
          }
        }
      }
    }
  }

  @Test func noFunctionTakesAPosition() {
    for file in HouseRulesTests.files where file.path.hasPrefix("Sources/LinuxMemory") {
      for (number, line) in file.lines.enumerated() where line.contains("at index: Int") {
        #expect(!line.contains("rocess"), "\(file.path):\(number + 1) names a process by its position")
      }
    }
  }

  @Test func versionsAreAskedForNowhere() {
    for file in HouseRulesTests.files where file.isSource && !file.path.contains("/Releases/") {
      for (number, line) in file.lines.enumerated() {
        let code = Self.code(of: line)
        for question in [
          "wording ==", "wording !=", "kernel.version ==", "glibc ==", "case .linux", "architecture ==",
        ]
        where code.contains(question) {
          Issue.record("\(file.path):\(number + 1) asks for a version rather than for a fact")
        }
      }
    }
  }

  /// What protocols of the standard library ask for and nobody here calls.
  private static let witnesses: Set<Substring> = ["userInfo", "singleValueContainer"]

  @Test func nothingDeclaredIsUnused() {
    var counts: [Substring: Int] = [:]
    for file in HouseRulesTests.files {
      for line in file.lines {
        for word in Self.words(in: Self.codeWithTexts(of: line)) { counts[word, default: 0] += 1 }
      }
    }
    for file in HouseRulesTests.files where file.isSource {
      for (number, line) in file.lines.enumerated() {
        let words = Self.code(of: line).split(separator: " ")
        guard let keyword = words.firstIndex(where: { ["func", "var", "let"].contains($0) }),
          keyword + 1 < words.count, line.prefix(while: { $0 == " " }).count <= 2
        else { continue }
        let name = words[keyword + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard name.count > 2, !Self.witnesses.contains(name) else { continue }
        #expect((counts[name] ?? 0) > 1, "\(file.path):\(number + 1) declares \(name), which nobody uses")
      }
    }
  }

  /// A line without its comment; what stands in quotes stays, because texts name things in braces.
  private static func codeWithTexts(of line: String) -> String {
    guard let comment = line.range(of: "//") else { return line }
    return String(line[..<comment.lowerBound])
  }

  // MARK: The reader's map

  private static let map = try? String(
    contentsOf: Memsh.package.appendingPathComponent("ARCHITECTURE.md"), encoding: .utf8)

  @Test func everythingThatTheMapNamesExists() throws {
    let map = try #require(Self.map)
    var known: Set<Substring> = []
    for file in HouseRulesTests.files {
      for line in file.lines { known.formUnion(Self.words(in: line)) }
      // Files whose types are extended and not declared in them.
      known.formUnion(Self.words(in: file.path))
    }
    let folders = Set(
      HouseRulesTests.files.flatMap { file in
        let parts = file.path.split(separator: "/")
        return (1...parts.count).map { parts.prefix($0).joined(separator: "/") }
      })
    for quoted in map.matches(of: /`([^`\n]+)`/).map(\.1) {
      // Paths of the simulated machine and what is typed there.
      if quoted.hasPrefix("/") || quoted.contains(" ") { continue }
      if quoted.contains("/") {
        let path = quoted.hasSuffix("/") ? quoted.dropLast() : quoted
        let exists = folders.contains {
          $0 == path || $0.hasSuffix("/" + path) || $0.hasSuffix("/" + path + ".swift")
        }
        let isOther = FileManager.default.fileExists(
          atPath: Memsh.package.appendingPathComponent(String(path)).path)
        #expect(exists || isOther, "the map names \(quoted)")
      } else {
        for word in Self.words(in: String(quoted)) {
          #expect(known.contains(word) || folders.contains { $0.hasSuffix(word) }, "the map names \(word)")
        }
      }
    }
  }

  @Test func theMapNamesEveryRoom() throws {
    let map = try #require(Self.map)
    #expect(map.split(separator: "\n", omittingEmptySubsequences: false).count <= 130, "the map is one page")
    for (target, table) in Self.rooms {
      for room in table.keys where !room.hasSuffix(".swift") {
        #expect(
          map.contains("`\(room)`") || map.contains("`\(room)/`"),
          "the map does not name \(room) of \(target)")
      }
    }
  }
}
