// Paths and their resolution.

import LinuxMemory
import Testing

@testable import MemScript

@Suite("Paths of the simulated machine")
struct SimulatedPathTests {
  @Test(
    "absolute form",
    arguments: [
      ("/proc", "/", "/proc"), ("vm", "/proc/sys", "/proc/sys/vm"), ("../../..", "/proc/sys", "/"),
      ("/proc//self/./maps", "/", "/proc/self/maps"), ("", "/proc", "/proc"), (".", "/", "/"),
      ("/", "/proc", "/"), ("a/../b/", "/", "/b"),
    ])
  func absolute(path: String, directory: String, expected: String) {
    #expect(SimulatedPath.absolute(path, from: directory) == expected)
  }

  @Test("last part")
  func lastPart() {
    #expect(SimulatedPath.lastPart("/bin/cat") == "cat")
    #expect(SimulatedPath.lastPart("cat") == "cat")
    #expect(SimulatedPath.lastPart("/") == "/")
  }
}

@Suite("The tree of /proc and /sys")
struct ProcFileSystemTests {
  private let machine: Machine
  private let files: ProcFileSystem
  private let main: ProcessID

  init() throws {
    let session = try Session { _, _ in }
    machine = session.machine
    main = session.currentProcess
    files = ProcFileSystem(actor: main)
  }

  @Test("patterns are unique")
  func patterns() {
    let patterns = ProcFileSystem.files.map(\.pattern)
    #expect(Set(patterns).count == patterns.count)
  }

  @Test("every file that can be read gives text that ends a line")
  func everyFileReads() throws {
    for file in ProcFileSystem.files where file.read != nil && file.exists(machine) {
      let path = file.pattern.replacing("PID", with: "self").replacing("NAME", with: "kmalloc-64")
        .replacing("TID", with: "\(main)")
      let text = try files.read(path, on: machine)
      // A kmalloc cache has no constructor; the others only act when they are written.
      let isEmpty = ["ctor", "shrink", "validate"].contains(SimulatedPath.lastPart(path))
      #expect(text.hasSuffix("\n") || path.hasSuffix("/cmdline") || isEmpty && text.isEmpty, "\(path)")
    }
  }

  @Test("paths lead to files, directories or nothing")
  func nodes() throws {
    #expect(throws: ErrorNumber.ENOENT) { try files.read("/proc/foo", on: machine) }
    #expect(throws: ErrorNumber.ENOENT) { try files.read("/proc/30000/maps", on: machine) }
    #expect(throws: ErrorNumber.ENOENT) { try files.read("/proc/0\(main)/maps", on: machine) }
    #expect(throws: ErrorNumber.ENOENT) { try files.read("/proc/meminfo/x", on: machine) }
    #expect(throws: ErrorNumber.ENOENT) { try files.read("/sys/kernel/slab/nope/order", on: machine) }
    #expect(throws: ErrorNumber.EISDIR) { try files.read("/proc/\(main)", on: machine) }
    #expect(throws: ErrorNumber.EISDIR) { try files.read("/", on: machine) }
    #expect(throws: ErrorNumber.EACCES) { try files.read("/proc/sys/vm/drop_caches", on: machine) }
    #expect(throws: ErrorNumber.EACCES) { try files.openForWriting("/proc/meminfo", on: machine) }
    #expect(
      try files.read("/proc/self/status", on: machine) == files.read("/proc/\(main)/status", on: machine))
  }

  @Test("listings")
  func listings() {
    let entries = files.entries(of: "/proc", on: machine)
    #expect(entries.prefix(2) == ["1", main.description])
    #expect(entries.contains("self"))
    #expect(entries.contains("meminfo"))
    #expect(files.entries(of: "/sys/kernel/slab", on: machine).contains("kmalloc-64"))
    #expect(files.entries(of: "/proc/meminfo", on: machine) == [])
  }

  @Test("completion keeps the form that was typed")
  func completions() {
    #expect(files.completions(of: "/proc/mem", from: "/", on: machine) == ["/proc/meminfo"])
    #expect(files.completions(of: "/pro", from: "/", on: machine) == ["/proc/"])
    #expect(files.completions(of: "oom_a", from: "/proc/self", on: machine) == ["oom_adj"])
    #expect(files.completions(of: "../sel", from: "/proc/1", on: machine) == ["../self/"])
    #expect(files.completions(of: "/proc/sys/vm/overcommit_m", from: "/", on: machine).count == 1)
    #expect(files.completions(of: "/nope/", from: "/", on: machine) == [])
    #expect(ProcFileSystem.processCompletions(of: "", on: machine) == ["1", main.description])
  }
}
