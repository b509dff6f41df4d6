// Sessions and machines that are saved, loaded and gone on with.

import Foundation
import LinuxMemory
import MemScript
import Testing

struct PersistenceTests {
  private static func saved(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(value)
  }

  private static let setups = [
    "p = malloc 100M; write p, 10M; q = []; for i in 0..<2000 { push(q, malloc(i * 7 % 900)) }; for i in 0..<1000 { free(q[i * 2]) }",
    "machine ram=256M, swap=512M, thp=always\nprocess hog { p = malloc 300M; write p }\nprocess web { q = malloc 1M; write q; free(q) }",
    "machine arch=i386, ram=1G\nv = vmalloc 10M; k = []; for i in 0..<500 { push(k, kmalloc(i * 3 + 1, GFP_KERNEL)) }; m = malloc 70; write m\nr = ioremap(0xd0000000, 4096)",
    "dd if=/dev/zero of=/data bs=1M count=40\ncat /data > /dev/null\nmkdir /tmp/d; echo hi > /tmp/d/f; cd /tmp/d; export MALLOC_TOP_PAD_=0\nset -o pipefail",
    "machine ram=128M, swap=0\novercommit 1\nprocess hog { p = malloc 200M; write p }\ndmesg | tail -1",
    "fork kid; process kid { p = malloc 4M; write p }\nmlockall(MCL_CURRENT | MCL_FUTURE)\nsysctl vm.swappiness=10\nmallopt(M_MXFAST, 0); int c = 3; #define LIMIT 5\nc2 = 4",
    "machine ram=512M, swap=256M\ncontainer web memory=16M, swap=64M, high=12M { p = malloc 24M; write p }\ncontainer pod memory=8M { q = malloc 16M; dd if=/dev/zero of=/log bs=1M count=4; fork kid }\nmkdir -p /sys/fs/cgroup/a/b; mount -t tmpfs tmpfs /mnt; dd if=/dev/zero of=/mnt/x bs=1M count=3\nprocess web { exit }\nrmdir /sys/fs/cgroup/web; echo 1M > /sys/fs/cgroup/pod/memory.low",
    "machine kernel=3.10, ram=512M\np = mmap(NULL, 8M, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0); write p, 4M; fork kid\nprocess kid { read p, 4M; madvise(p, 2M, MADV_DONTNEED) }",
  ]

  /// What every session is asked afterwards; the answers have to be the same bytes.
  private static let questions = """
    for i in 0..<300 { x = malloc(i * 11 % 3000); write x, 1; if i % 3 == 0 { free(x) } }
    process other { y = malloc 20M; write y }
    cat /proc/meminfo /proc/vmstat /proc/self/smaps /proc/buddyinfo /proc/slabinfo /proc/zoneinfo /proc/self/maps
    cgroups; cat /sys/fs/cgroup/memory.stat /sys/fs/cgroup/pod/memory.stat /sys/fs/cgroup/pod/memory.events; df
    container pod memory=4M { z = malloc 6M; write z }
    ps aux; free; dmesg; ls -l /; sysctl -a; mallinfo2()
    malloc_stats(); heap; bins; why_oom; pwd; status
    kmalloc(100, GFP_KERNEL); vmalloc(3M); echo 3 > /proc/sys/vm/drop_caches; cat /proc/pagetypeinfo
    """

  private static func answers(_ session: Session, _ said: () -> String) -> String {
    var text = ""
    for line in questions.split(separator: "\n") {
      let outcome = session.run(String(line), name: "q")
      text += said() + "-- \(outcome.exitStatus)\n"
    }
    return text
  }

  @Test("a session that is loaded goes on with the same bytes", arguments: setups.indices)
  func goesOn(index: Int) throws {
    var said = ""
    let take = {
      defer { said = "" }
      return said
    }
    let session = try Session { said += $1 }
    session.isTracing = true
    session.run("func twice(x) { return 2 * x }\n" + Self.setups[index], name: "setup.mem")
    _ = take()
    let snapshot = session.snapshot()
    let data = try Self.saved(snapshot)
    let loaded = try JSONDecoder().decode(SessionSnapshot.self, from: data)
    #expect(loaded.machine == snapshot.machine)
    #expect(try Self.saved(loaded) == data)
    #expect(
      try Self.saved(try JSONDecoder().decode(Machine.self, from: Self.saved(snapshot.machine)))
        == Self.saved(snapshot.machine))

    let other = Session(from: loaded) { said += $1 }
    other.isTracing = true
    #expect(other.machine.invariantViolations().isEmpty)
    #expect(try other.call("twice", arguments: [21]) == 42)
    #expect(try session.call("twice", arguments: [21]) == 42)
    #expect(other.variableNames == session.variableNames)
    let expected = Self.answers(session, take)
    let found = Self.answers(other, take)
    #expect(expected.utf8.count > 10_000)
    #expect(found == expected)
    #expect(other.machine == session.machine)
  }

  @Test("functions come back with their files, and with commands of the host's that are added again")
  func functions() throws {
    let session = try Session()
    session.includeLoader = { path in
      Array((path == "lib.mem" ? "func inner(x) { return [x, helper(x)] }\n" : "").utf8)
    }
    try session.addCommand("helper", ["x"]) { (x: Int) in x + 1 }
    session.run(
      "include \"lib.mem\"\nfunc outer(x = 3) { g = x; return inner(x) }\nl = [1, \"a\", {\"k\": [2.5, NULL]}]; m = l"
    )
    let data = try Self.saved(session.snapshot())
    let other = Session(from: try JSONDecoder().decode(SessionSnapshot.self, from: data))
    #expect {
      try other.call("outer")
    } throws: { error in
      (error as? ScriptFailure)?.kind == .name("inner") || (error as? ScriptFailure)?.kind == .name("helper")
    }
    try other.addCommand("helper", ["x"]) { (x: Int) in x * 100 }
    #expect(try other.call("outer") == [3, 300])
    #expect(other.run("push(l, 9); print m[3]") == .finished)
    #expect(try other.value(of: "l") == [1, "a", ["k": [2.5, nil]], 9])
    // A snapshot in the same program needs no text.
    let third = Session(from: session.snapshot())
    try third.addCommand("helper", ["x"]) { (x: Int) in -x }
    #expect(try third.call("outer", arguments: [7]) == [7, -7])
    #expect(try session.call("outer") == [3, 4])
  }

  @Test("what cannot be saved or loaded says why")
  func refusals() throws {
    let session = try Session()
    try session.setValue(.object(HostObject(1)), of: "o")
    #expect(throws: EncodingError.self) { try Self.saved(session.snapshot()) }
    session.run("o = 0; p = malloc(100); write(p)")
    let data = try Self.saved(session.snapshot())
    let text = String(decoding: data, as: UTF8.self)
    func loads(_ text: String) -> String? {
      do {
        _ = try JSONDecoder().decode(SessionSnapshot.self, from: Data(text.utf8))
        return nil
      } catch DecodingError.dataCorrupted(let context) {
        return context.debugDescription
      } catch {
        return "\(error)"
      }
    }
    #expect(loads(text) == nil)
    #expect(
      loads(text.replacing("\"format\":\"memsh.session\"", with: "\"format\":\"other\""))?.contains(
        "cannot be read") == true)
    #expect(
      loads(text.replacing("\"version\":1", with: "\"version\":2"))?.contains("2 cannot be read, only")
        == true)
    #expect(
      loads(text.replacing("\"charges\":[", with: "\"charges\":[7,"))?.contains(
        "not the one that was written") == true)
    #expect(loads(String(text.dropLast(100))) != nil)
    #expect(loads(text.replacing("\"6.1\"", with: "\"9.9\""))?.contains("not modelled") == true)
  }

  @Test("a file whose numbers were changed is refused or loaded, but ends nobody's program")
  func damaged() throws {
    let session = try Session()
    session.run(Self.setups[1])
    let text = String(decoding: try Self.saved(session.snapshot()), as: UTF8.self)
    let seed = UInt64.random(in: 0...9999)
    var random = SplitMix(seed: seed)
    var bytes = Array(text.utf8)
    let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
    var refused = 0
    for _ in 0..<60 {
      let place = digits[Int.random(in: 0..<digits.count, using: &random)]
      let old = bytes[place]
      bytes[place] = UInt8.random(in: 0x30...0x39, using: &random)
      if (try? JSONDecoder().decode(SessionSnapshot.self, from: Data(bytes))) == nil { refused += 1 }
      bytes[place] = old
    }
    #expect(refused > 45, "seed \(seed)")
  }
}
