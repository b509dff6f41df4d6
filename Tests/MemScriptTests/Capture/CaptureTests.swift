// Machines that are set to the state of others: the files of one make another with the same figures.

import KernelText
import Testing

@testable import LinuxMemory
@testable import MemScript

struct CaptureTests {
  /// The files of a session's machine, as `memsh export` writes them.
  private func files(of session: Session) -> MachineCapture.Files {
    var files = MachineCapture.Files()
    ProcTree(of: session.machine, seenBy: session.currentProcess).visit { path, entry in
      if case .file(let content) = entry { files.add(path, Array(content.utf8)) }
    }
    return files
  }

  private func session(_ script: String) throws -> Session {
    var said = ""
    let session = try Session { said += $1 }
    let outcome = session.run(script)
    #expect(outcome == .finished, "\(said)")
    return session
  }

  private static let scripts: [(name: String, script: String)] = [
    ("an idle machine", "machine ram=512M"),
    (
      "processes, a fork, files and a tmpfs",
      """
      machine ram=1G, swap=512M, cpus=2
      dd if=/dev/zero of=/data bs=1M count=64
      cat /data > /dev/null
      dd if=/dev/zero of=/dev/shm/common bs=1M count=8
      process web {
          p = malloc(40M)
          write p, 30M
          m = mmap(NULL, 20M, PROT_READ, MAP_PRIVATE, "/data")
          read m, 12M
          s = mmap(NULL, 8M, PROT_READ | PROT_WRITE, MAP_SHARED, "/dev/shm/common")
          read s, 4M
          fork web2
      }
      process web2 { write p, 10M }
      process db {
          q = mmap(NULL, 100M)
          write q, 60M
          n = mmap(NULL, 64M, PROT_READ, MAP_PRIVATE, "/data")
          read n, 30M
          echo 500 > /proc/self/oom_score_adj
          thread reader { malloc(100) }
      }
      """
    ),
    (
      "swap in use, huge pages, locked memory",
      """
      machine ram=256M, swap=512M, thp=always
      process hog {
          p = mmap(NULL, 300M)
          write p, 300M
      }
      process rt {
          r = mmap(NULL, 4M)
          mlock(r, 4M)
      }
      """
    ),
    (
      "control groups",
      """
      mkdir /sys/fs/cgroup/shop
      echo +memory > /sys/fs/cgroup/cgroup.subtree_control
      mkdir /sys/fs/cgroup/shop/web
      echo +memory > /sys/fs/cgroup/shop/cgroup.subtree_control
      echo 200M > /sys/fs/cgroup/shop/memory.max
      echo 80M > /sys/fs/cgroup/shop/web/memory.high
      process shopper in "/sys/fs/cgroup/shop/web" { a = malloc(50M); write a, 50M }
      """
    ),
    ("32 bits with high memory", "machine arch=i386, ram=2G\nprocess p { a = malloc(200M); write a, 150M }"),
  ]

  @Test("a machine from the files of another one has its figures", arguments: scripts)
  func roundTrip(name: String, script: String) throws {
    let original = try session(script)
    let capture = try MachineCapture(files(of: original))
    let copy = try capture.machine()
    // The programs of simulated processes are not in the page cache of their own machine, but in that of the copy.
    let programs = original.machine.processes.count * 1024
    let untold = ["Pss", "Mapped", "Cached", "Dirty", "SwapCached"]
    #expect(capture.differences(from: copy).filter { text in !untold.contains { text.hasPrefix($0) } } == [])
    #expect(copy.invariantViolations() == [])
    let (old, new) = (MemoryInformation(of: original.machine), MemoryInformation(of: copy))
    for field in [\MemoryInformation.total, \.swapTotal, \.swapFree, \.buffers, \.shared] {
      #expect(abs(old[keyPath: field] - new[keyPath: field]) <= 8)
    }
    for field in [\MemoryInformation.mapped, \.cached] {
      #expect((-8...programs).contains(new[keyPath: field] - old[keyPath: field]))
    }
    #expect(abs(old.free - new.free) <= old.free / 100)
    for process in original.machine.processes.live where process.id.rawValue != 1 {
      let other = try #require(copy.process(process.id))
      #expect(other.residentBytes == process.residentBytes, "\(process.name)")
      #expect(other.addressSpace.resident.swapped == process.addressSpace.resident.swapped, "\(process.name)")
      #expect(other.virtualBytes == process.virtualBytes, "\(process.name)")
      #expect(other.threadCount == process.threadCount && other.parent == process.parent)
      #expect(other.oomScoreAdjustment == process.oomScoreAdjustment)
      #expect(
        copy.controlGroupPath(of: process.id) == original.machine.controlGroupPath(of: process.id),
        "\(process.name)")
    }
  }

  @Test("processes share what they shared: Pss is that of the original")
  func shares() throws {
    let original = try session(Self.scripts[1].script)
    let copy = try MachineCapture(files(of: original)).machine()
    for process in original.machine.processes.live where process.id.rawValue != 1 {
      let other = try #require(copy.process(process.id))
      func share(_ process: LinuxProcess, _ machine: Machine) -> UInt64 {
        process.addressSpace.areas.list.reduce(0) {
          $0 + machine.usage(of: $1, in: process).proportional >> 22
        }
      }
      let (wanted, found) = (share(process, original.machine), share(other, copy))
      #expect(max(wanted, found) - min(wanted, found) <= 1, "\(process.name): \(wanted) and \(found) KiB")
    }
  }

  @Test(
    "a script goes on from a captured machine: the victim is the same, and a process can be entered by its name"
  )
  func goingOn() throws {
    let original = try session(Self.scripts[1].script)
    let captured = files(of: original)
    var said = ""
    let session = try Session { said += $1 }
    session.captureLoader = { path in
      #expect(path == "there/box")
      return captured
    }
    let whatIf = """
      process db { p2 = malloc(50M); write p2, 50M }
      swapoff -a
      process late { q2 = malloc(770M); write q2, 770M }
      dmesg | grep 'Killed process' | head -n 1 | tr -d '[]0-9.:'
      """
    let outcome = session.run("machine from=\"box\"\n" + whatIf, name: "there/what-if.mem")
    #expect(outcome == .finished, "\(said)")
    var lived = ""
    let twin = try Session { lived += $1 }
    twin.run(Self.scripts[1].script + "\n" + whatIf)
    let victim = try #require(lived.split(separator: "\n").last { $0.contains("Killed process") })
    #expect(said.contains(victim.prefix { $0 != ")" }), "\(said)\nlived: \(lived)")
    #expect(session.machine.invariantViolations() == [])
  }

  @Test("without a loader a script reads nothing of the host")
  func refused() throws {
    var said = ""
    let session = try Session { said += $1 }
    #expect(session.run("machine from=\"/\"") != .finished)
    #expect(said.contains("not allowed"))
    #expect(session.run("free") == .finished)
  }

  @Test(
    "numbers that no machine has are refused or cut, never a trap",
    arguments: ["0", "-1", "9223372036854775807", "9223372036854775808", "18446744073709551615", "1e9", ""])
  func impossibleNumbers(number: String) throws {
    for total in ["500000", number] {
      var files = MachineCapture.Files()
      let amounts = [
        "MemFree", "Cached", "Shmem", "Buffers", "SwapTotal", "SwapFree", "SReclaimable", "SwapCached",
      ]
      files.add(
        "/proc/meminfo",
        Array("MemTotal: \(total) kB\n\(amounts.map { "\($0): \(number) kB\n" }.joined())".utf8))
      let sizes = ["VmSize", "VmPeak", "VmRSS", "RssAnon", "RssFile", "VmSwap", "VmData"]
      files.add(
        "/proc/9/status",
        Array(
          "Name:\tx\nPPid:\t\(number)\nUid:\t\(number)\n\(sizes.map { "\($0):\t\(number) kB\n" }.joined())"
            .utf8))
      files.add("/proc/9/oom_score_adj", Array(number.utf8))
      files.add("/proc/uptime", Array(number.utf8))
      files.add(
        "/proc/swaps",
        Array(
          "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/x file \(number) \(number) \(number)\n".utf8))
      guard let capture = try? MachineCapture(files), let machine = try? capture.machine() else { continue }
      _ = capture.differences(from: machine)
      #expect(machine.invariantViolations() == [])
    }
  }

  @Test("damaged files are refused with a reason, or leave something out; nothing breaks", arguments: 0..<40)
  func damage(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let original = try session(
      "machine ram=256M, swap=64M\nprocess a { p = malloc(20M); write p, 20M; fork b }\nmkdir /sys/fs/cgroup/g"
    )
    var damaged = MachineCapture.Files()
    ProcTree(of: original.machine, seenBy: original.currentProcess).visit { path, entry in
      guard case .file(let content) = entry, Int.random(in: 0..<20, using: &random) > 0 else { return }
      var bytes = Array(content.utf8)
      for _ in 0..<Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<min(place + Int.random(in: 1...80, using: &random), bytes.count))
        case 2: bytes.insert(contentsOf: Array("99999999999999999999".utf8), at: place)
        default: bytes.insert(contentsOf: Array("-1\n".utf8), at: place)
        }
      }
      damaged.add(path, bytes)
    }
    guard let capture = try? MachineCapture(damaged), let machine = try? capture.machine() else { return }
    _ = capture.differences(from: machine)
    #expect(machine.invariantViolations() == [])
  }
}
