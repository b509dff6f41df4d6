// Long sequences of allocations and frees, followed slab by slab on recordings of a kernel module.

import Testing

@testable import LinuxMemory

@Suite("Slab sequences")
struct SlabSequenceTests {
  /// Does what the module did and writes what it wrote.
  struct Player {
    var machine: Machine
    let cache: UInt64
    let name: String
    /// The module's random numbers.
    var state: UInt64
    var lines: [String] = []
    /// The objects in use in the module's order.
    private var objects: [UInt64] = []
    /// The first frames of the slabs in order of their first appearance.
    private var slabs: [Int: Int] = [:]
    private var runs: [(slab: Int, count: Int)] = []

    init(_ machine: Machine, _ header: String) throws {
      self.machine = machine
      let words = header.split(separator: " ").map(String.init)
      func value(_ key: String, _ radix: Int = 10) throws -> UInt64 {
        let word = try #require(words.first { $0.hasPrefix(key + "=") })
        return try #require(UInt64(word.dropFirst(key.count + 1), radix: radix))
      }
      name = words[1]
      state = try value("seed")
      cache = try self.machine.kmemCacheCreate(
        name: name, size: try value("size"), alignment: try value("align"),
        flags: SlabFlags(rawValue: UInt32(try value("flags", 16))), hasConstructor: try value("ctor") == 1,
        userSize: try value("usersize")
      ).get()
      lines.append(header)
      try describeGeometry()
      try run(Int(try value("n")))
    }

    private mutating func run(_ count: Int) throws {
      try note("created")
      try take(count)
      try note("A:alloc n")
      while !objects.isEmpty { try free(0) }
      try note("B:free first to last")
      try take(count / 2)
      try note("C:alloc n/2")
      while !objects.isEmpty { try free(objects.count - 1) }
      try note("D:free last to first")
      try take(count)
      try note("E:alloc n")
      var index = 0
      while index < objects.count {
        try free(index)
        index += 1
      }
      try note("F:free even ones")
      try take(count / 4)
      try note("G:alloc n/4")
      while !objects.isEmpty { try free(random(objects.count)) }
      try note("H:free in random order")
      for _ in 0..<4 * count { try step(growth: 6) }
      writeRuns()
      try note("I:4n random steps 6:4")
      for _ in 0..<4 * count { try step(growth: 4) }
      runs = []
      try note("J:4n random steps 4:6")
      try shrink()
      try note("K:shrink")
      try take(count / 8)
      try note("L:alloc n/8")
      while !objects.isEmpty { try free(0) }
      try note("M:free all")
      try shrink()
      try note("N:shrink")
      try machine.kmemCacheDestroy(cache)
      lines.append("destroyed")
    }

    private mutating func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(UInt32(truncatingIfNeeded: state >> 33)) % count
    }

    private mutating func step(growth: Int) throws {
      if random(10) < growth || objects.isEmpty { try take() } else { try free(random(objects.count)) }
    }

    private mutating func take() throws {
      let object = try machine.kmemCacheAlloc(cache, .GFP_KERNEL).get()
      objects.append(object)
      let number = try #require(machine.slab.slabNumber(at: object))
      let first = machine.slab.pool[Int(number)].frame
      let slab = slabs[first] ?? slabs.count
      slabs[first] = slab
      if let last = runs.last, last.slab == slab {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((slab, 1))
      }
    }

    private mutating func take(_ count: Int) throws {
      for _ in 0..<count { try take() }
      writeRuns()
    }

    private mutating func free(_ index: Int) throws {
      try machine.kmemCacheFree(cache, objects.remove(at: index))
    }

    private mutating func shrink() throws {
      lines.append("shrink=\(try machine.kmemCacheShrink(cache))")
    }

    private mutating func writeRuns() {
      lines.append("T" + runs.map { " \($0.slab)*\($0.count)" }.joined())
      runs = []
    }

    private mutating func describeGeometry() throws {
      let cache = try #require(machine.slab.cache(named: name))
      lines.append(
        "G object_size=\(cache.objectSize) slab_size=\(cache.geometry.size) "
          + "objs_per_slab=\(cache.geometry.objectsPerSlab) order=\(cache.geometry.order) "
          + "align=\(cache.geometry.alignment) min_partial=\(cache.minimumPartial) "
          + "cpu_partial=\(cache.perCPUPartialObjects) aliases=\(cache.references - 1)")
    }

    private mutating func note(_ phase: String) throws {
      let cache = try #require(machine.slab.cache(named: name))
      let partial = cache.perCPUPartialSlabs
      lines.append(
        "C \(phase) slabs=\(cache.slabCount) partial=\(cache.nodePartialSlabs) "
          + "objects=\(cache.activeObjects) total_objects=\(cache.objectCount) "
          + "objects_partial=\(machine.slab.objectsOnPartialSlabs(cache)) "
          + "cpu_slabs=\(machine.slab.slabsOnCPU(cache)) "
          + "slabs_cpu_partial=\(partial * cache.geometry.objectsPerSlab / 2)(\(partial))")
    }
  }

  /// The lines of a recording, a cache at a time.
  static func caches(_ path: String) throws -> [[String]] {
    var caches: [[String]] = []
    for line in try Recording.packed(path) {
      if line.hasPrefix("sq ") { caches.append([]) }
      caches[caches.count - 1].append(line)
    }
    return caches
  }

  /// The slabs of a line numbered anew as they appear in it: which page a new slab gets depends on what else
  /// the recorded kernel did between two phases.
  static func renumbered(_ line: String) -> String {
    var numbers: [Substring: Int] = [:]
    return line.split(separator: " ").map { word in
      let parts = word.split(separator: "*")
      guard parts.count == 2 else { return String(word) }
      let number = numbers[parts[0]] ?? numbers.count
      numbers[parts[0]] = number
      return "\(number)*\(parts[1])"
    }.joined(separator: " ")
  }

  @Test("slab by slab and counter by counter as recorded", arguments: ["amd64", "i386"])
  func recorded(architecture: String) throws {
    let machine = try KernelAllocationTests.machine([("arch", architecture == "amd64" ? "x86_64" : "i386")])
    let caches = try Self.caches("kernel/slab-sequences-\(architecture).txt")
    #expect(caches.count > 20)
    for recorded in caches {
      let player = try Player(machine, recorded[0])
      for (line, expected) in zip(player.lines, recorded) {
        #expect(Self.renumbered(line) == Self.renumbered(expected), "\(recorded[0])")
      }
      // Up to the first frees every slab is a new one.
      #expect(player.lines[3] == recorded[3])
      #expect(player.lines.count == recorded.count)
    }
  }
}
