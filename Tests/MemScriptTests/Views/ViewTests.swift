// The pictures: what they look like, and that their numbers are those of /proc.

import Foundation
import KernelText
import LinuxMemory
import ScriptLanguage
import Testing

@testable import MemScript

/// A transcript of each view; `MEMSH_RECORD=1 scripts/test --filter ViewTests` writes them anew.
@Suite("pictures of the machine") struct ViewTests {
  private static let folder = ScenarioTests.projectFolder.appending(
    path: "Tests/MemScriptTests/Recordings/views")

  private static let scripts: [(name: String, machine: String, script: String)] = [
    ("maps", "", "p = malloc 100M; write p, 30M; q = malloc 100; maps"),
    (
      "maps-swapped", "ram=256M,swap=256M,thp=always",
      "process db { p = malloc 200M; write p; maps; lock = mmap(0, 1M); mlock(lock, 64K) }\nprocess b { q = malloc 100M; write q }\nmaps db"
    ),
    (
      "heap", "",
      "l = []\nfor i in 0..<300 { push(l, malloc(500)) }\nfor i in 0..<200 { free(l[i]) }\nl = l[250]\nheap"
    ),
    ("buddy", "", "alloc_pages(GFP_KERNEL, 3); buddy"),
    (
      "slab", "",
      "c = kmem_cache_create(\"mine\", 200, 0, 0, NULL); kmem_cache_alloc(c, GFP_KERNEL); slab; slab mine"
    ),
    (
      "lru", "swap=128M",
      "dd if=/dev/zero of=/f bs=1M count=50 2> /dev/null\ncat /f > /dev/null\nprocess a { p = malloc 900M; write p }\nlru"
    ),
    (
      "timeline", "",
      "p = malloc 100M\nwrite p, 30M\nfree p\nfor i in 0..<50 { q = malloc(200K); write q }\nprocess hog { h = malloc 300M; write h; exit }\ntimeline"
    ),
    (
      "dead", "",
      "process web { p = malloc 3000; free p; free p }\nmaps web\nheap -p web\nbins -p web\nheap -p $web"
    ),
  ]

  private func said(_ script: String, _ machine: String, style: ViewStyle = ViewStyle()) throws -> String {
    let transcript = try Transcript(machine: machine)
    transcript.session.viewStyle = style
    _ = transcript.run(script)
    return transcript.text
  }

  @Test("a view prints its transcript", arguments: scripts.map(\.name))
  func transcript(name: String) throws {
    let view = try #require(Self.scripts.first { $0.name == name })
    let plain = try said(view.script, view.machine)
    let narrow = try said(view.script, view.machine, style: ViewStyle(width: 50))
    let unicode = try said(view.script, view.machine, style: ViewStyle(width: 100, isUnicode: true))
    let actual = plain + "---- 50 columns\n" + narrow + "---- 100 columns, Unicode\n" + unicode
    let recording = Self.folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["MEMSH_RECORD"] == "1" {
      try actual.write(to: recording, atomically: true, encoding: .utf8)
    }
    #expect(actual == (try String(contentsOf: recording, encoding: .utf8)))
    #expect(!plain.contains { !$0.isASCII })
  }

  @Test("pictures fit their width", arguments: [40, 50, 80, 120])
  func width(columns: Int) throws {
    for view in Self.scripts where !["heap", "dead", "slab"].contains(view.name) {
      for line in try said(view.script, view.machine, style: ViewStyle(width: columns)).split(separator: "\n")
      {
        #expect(line.count <= max(columns, 50), "\(view.name): \(line)")
      }
    }
  }

  @Test("colours add nothing but colours")
  func colours() throws {
    for view in Self.scripts {
      let plain = try said(view.script, view.machine)
      let coloured = try said(view.script, view.machine, style: ViewStyle(isColored: true))
      #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain, "\(view.name)")
    }
  }

  @Test("maps has the sums of /proc/PID/status and smaps_rollup")
  func addressSpaceSums() throws {
    let transcript = try Transcript(machine: "ram=256M,swap=256M,thp=always")
    let session = transcript.session
    _ = transcript.run(
      "p = malloc 200M; write p; q = mmap(0, 1M); write q, 8K; fork(\"kid\")\nprocess b { r = malloc 60M; write r }"
    )
    for name in ["main", "kid", "b"] {
      let found = try #require(session.lookedAt(name))
      let view = AddressSpaceView(of: found.process, on: session.machine)
      func field(_ file: String, _ field: String) throws -> UInt64 {
        _ = transcript.run("v = field(\"/proc/\(found.process.id)/\(file)\", \"\(field)\")")
        guard case .integer(let number)? = try session.value(of: "v") else { return .max }
        return UInt64(number) * 1024
      }
      #expect(try view.mapped == field("status", "VmSize"))
      #expect(try view.resident == field("status", "VmRSS"))
      #expect(try view.swapped == field("status", "VmSwap"))
      #expect(view.regions.reduce(0) { $0 + $1.length } == view.mapped)
      #expect(view.regions.reduce(0) { $0 + $1.resident } == view.resident)
      #expect(view.regions.reduce(0) { $0 + $1.swapped } == view.swapped)
      #expect(try view.regions.reduce(0) { $0 + $1.huge } == field("smaps_rollup", "AnonHugePages"))
    }
  }

  @Test("buddy, lru and slab have the numbers of /proc")
  func machineSums() throws {
    let transcript = try Transcript()
    let session = transcript.session
    _ = transcript.run(
      "p = malloc 50M; write p; dd if=/dev/zero of=/f bs=1M count=20 2> /dev/null; kmalloc(100)")
    let machine = session.machine
    let information = MemoryInformation(of: machine)
    let buddy = BuddyView(of: machine)
    for zone in buddy.zones {
      #expect(zone.blocks.enumerated().reduce(0) { $0 + $1.element << $1.offset } == zone.freePages)
      for order in zone.blocks.indices {
        #expect(zone.types.reduce(0) { $0 + $1.blocks[order] } == zone.blocks[order])
      }
    }
    let lists = ReclaimListsView(of: machine)
    let pages = Dictionary(uniqueKeysWithValues: lists.lists.map { ($0.name, $0.pages) })
    #expect(pages["Inactive(anon)"] == information.inactiveAnonymous / 4)
    #expect(pages["Inactive(file)"] == information.inactiveFile / 4)
    for list in lists.lists { #expect(list.owners.reduce(0) { $0 + $1.pages } == list.pages, "\(list.name)") }
    let slab = SlabView(of: machine)
    #expect(
      slab.caches.reduce(slab.largePages) { $0 + $1.pages } * 4 == information.slabReclaimable
        + information.slabUnreclaimable)
  }

  @Test("what no variable points to is leaked, wherever the variables are")
  func leaks() throws {
    func leak(_ script: String) throws -> HeapPicture.Leak? {
      let transcript = try Transcript()
      _ = transcript.run(script)
      let found = try #require(transcript.session.lookedAt())
      return try transcript.session.heapPicture(of: found, #require(found.process.malloc)).leaked
    }
    #expect(try leak("p = malloc 64M; p = malloc 64M; p = malloc 64M")?.blocks == 2)
    #expect(try leak("p = malloc 64M; p = malloc 64M")?.bytes == 64 << 20 + 4096)
    #expect(
      try leak("l = [malloc(10), [malloc(20)]]; m = {\"a\": malloc(30)}; q = malloc(100) + 50")?.blocks == 0)
    #expect(try leak("p = malloc(10); free p; p = NULL")?.blocks == 0)
    #expect(try leak("p = malloc(100); p = p + 200; q = malloc(100)")?.blocks == 1)
  }

  @Test("the heap's stretches are its chunks, over random calls", arguments: 1...4)
  func stretches(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let transcript = try Transcript()
    _ = transcript.run("l = []")
    for _ in 0..<40 {
      let call =
        random.next() % 3 == 0
        ? "if len(l) > 0 { free(pop(l)) }" : "push(l, malloc(\(random.next() % 40_000)))"
      _ = transcript.run(call)
    }
    let found = try #require(transcript.session.lookedAt())
    let malloc = try #require(found.process.malloc)
    let picture = try transcript.session.heapPicture(of: found, malloc)
    let usage = try #require(HeapUsage(of: found.process))
    #expect(picture.stretches.reduce(0) { $0 + $1.end - $1.start } == usage.heap, "seed \(seed)")
    let inUse = picture.stretches.filter { $0.state == .inUse || $0.state == .own }
    #expect(inUse.reduce(0) { $0 + $1.end - $1.start } == usage.inUse, "seed \(seed)")
    for (one, next) in zip(picture.stretches, picture.stretches.dropFirst()) {
      #expect(one.end <= next.start && (one.state != next.state || one.end != next.start), "seed \(seed)")
    }
    #expect(picture.leaked?.blocks == 0, "seed \(seed)")
  }

  @Test("a timeline may be short", arguments: 0..<12)
  func shortTimelines(statements: Int) throws {
    let script = (0..<statements).map { "p = malloc(\($0 * 1000))\n" }.joined() + "timeline"
    for width in [1, 40, 80, 1000] { #expect(try !said(script, "", style: ViewStyle(width: width)).isEmpty) }
  }

  @Test("a timeline that is full keeps the steps")
  func thinning() {
    var timeline = TimelineView()
    for number in 0..<10_000 {
      timeline.add(
        TimelineSample(
          statement: number, line: number == 7001 ? 5 : 1, text: number == 7001 ? "big" : "small",
          process: "main",
          virtual: 0, resident: number > 7000 ? 1 << 30 : UInt64(number), swapped: 0, free: 0, cached: 0,
          swapUsed: 0,
          faults: 0, majorFaults: 0, time: 0, endings: number > 9000 ? 1 : 0, boot: 0))
    }
    #expect(timeline.samples.count <= 2049 && timeline.stride > 1)
    let step = timeline.steps(1).first
    #expect(step.map { timeline.samples[$0.index].text } == "big")
    #expect(timeline.samples.last?.statement == 9999)
  }
}
