// memsh export: the tree of files, what psutil and smem make of it, and folders that cannot be written.

import Foundation
import Testing

@testable import memsh

@Suite struct ExportTests {
  private static let script = """
    container web memory=64M { p = malloc(20M); write p, 10M }
    process "db one" { p = malloc(100M); write p, 90M }
    free -b
    ps -eo pid,rss,vsz,comm

    """

  @Test func readsItsArguments() throws {
    #expect(
      try Invocation(arguments: ["export", "d"]) == .run(.init(source: .statements(""), exportFolder: "d")))
    #expect(
      try Invocation(arguments: ["export", "--machine", "ram=2G", "d", "f.mem"])
        == .run(.init(source: .file("f.mem"), machine: "ram=2G", exportFolder: "d")))
  }

  /// One export, which takes a while, is looked at from all sides.
  @Test func theTreeIsWhatTheMachineShows() throws {
    let folder = try TemporaryFolder()
    let root = folder.url.appendingPathComponent("m").path
    let run = try Memsh.run(["export", root, "-"], input: Self.script)
    #expect(run.status == 0 && run.errors == "")
    let paths = [
      "/proc/meminfo", "/proc/1/status", "/proc/slabinfo", "/proc/sys/vm/swappiness", "/proc/stat",
      "/sys/kernel/slab/kmalloc-64/object_size", "/sys/fs/cgroup/web/memory.max",
      "/sys/fs/cgroup/cgroup.procs",
    ]
    let cat = try Memsh.run(["-"], input: Self.script + paths.map { "cat \($0)\n" }.joined())
    let contents = try paths.map { try String(contentsOfFile: root + $0, encoding: .utf8) }
    #expect(cat.output == run.output + contents.joined())
    let selfLink = try FileManager.default.destinationOfSymbolicLink(atPath: root + "/proc/self")
    #expect(FileManager.default.fileExists(atPath: root + "/proc/\(selfLink)/smaps"))
    #expect(!FileManager.default.fileExists(atPath: root + "/proc/sysrq-trigger"))
    let again = try Memsh.run(["export", root])
    #expect(again.status == 2 && again.errors.contains("is not empty"))
    // As Debian installs it: .ci/run brings it.
    if FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/psutil") {
      try expectThatPsutilReads(root + "/proc", as: run.output, folder)
    }
  }

  private func expectThatPsutilReads(_ proc: String, as printed: String, _ folder: TemporaryFolder) throws {
    let program = """
      import psutil, sys
      psutil.PROCFS_PATH = sys.argv[1]
      memory = psutil.virtual_memory()
      print(memory.total, memory.free, memory.available)
      for p in psutil.process_iter(["pid", "memory_info", "name"]):
          print(p.info["pid"], p.info["memory_info"].rss // 1024, p.info["memory_info"].vms // 1024, p.info["name"])

      """
    let source = try folder.write(program, to: "read.py")
    let read = try Memsh.run(URL(fileURLWithPath: "/usr/bin/python3"), [source, proc])
    #expect(read.errors == "")
    let words = { (text: Substring) in text.split(separator: " ").map(String.init) }
    let found = read.output.split(separator: "\n").map(words)
    let lines = printed.split(separator: "\n").map(words)
    // free: total, used, free, shared, buff/cache, available.
    #expect(found.first == [lines[1][1], lines[1][3], lines[1][6]])
    #expect(Array(found.dropFirst()) == Array(lines.dropFirst(4)))
    #expect(found.count == 5)
  }

  @Test func saysWhatCannotBeWritten() throws {
    let nowhere = try Memsh.run(["export", "/nonesuch/folder"])
    #expect(nowhere.status == 2 && nowhere.errors.contains("/nonesuch/folder"))
  }
}
