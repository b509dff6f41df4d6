// What people see of control groups: the tree, its JSON, explanations of kills, help and completion.

import LinuxMemory
import Testing

@testable import MemScript

@Suite struct ControlGroupViewTests {
  @Test("the tree draws siblings, what lies below them, and processes; removed groups are told of")
  func tree() throws {
    let text = try CheckedScript.output(
      """
      echo +memory > /sys/fs/cgroup/cgroup.subtree_control
      mkdir -p /sys/fs/cgroup/a/b /sys/fs/cgroup/a/c /sys/fs/cgroup/d
      process p in "/sys/fs/cgroup/a/b" { }
      process q in "/sys/fs/cgroup/d" { }
      cgroups
      """)
    let names = text.split(separator: "\n").dropFirst().map { line in
      String(line.split(separator: "  ").first ?? "")
    }
    #expect(names.prefix(2) == ["/", "├─a"])
    #expect(text.contains("│ ├─b"))
    #expect(text.contains("│ │ └─89 p"))
    #expect(text.contains("│ └─c"))
    #expect(text.contains("└─d"))
    #expect(text.contains("  └─90 q"))
  }

  @Test("the JSON has each group with its limits, null for max")
  func json() throws {
    let text = try CheckedScript.output(
      """
      container web memory=64M, low=1M { a = malloc(100); write(a) }
      cgroups --json /web
      """)
    #expect(
      text.hasPrefix(
        "{\"groups\":[{\"path\":\"/web\",\"depth\":0,\"is_frozen\":false,\"memory\":{\"current\":"))
    #expect(text.contains("\"max\":67108864"))
    #expect(text.contains("\"low\":1048576"))
    #expect(text.contains("\"processes\":[{\"pid\":89,\"name\":\"web\"}]"))
  }

  @Test("a limit that is lowered below use is told as such, with who lowered it")
  func loweredLimit() throws {
    let text = try CheckedScript.output(
      """
      container web { a = malloc(20M); write(a) }
      echo 5M > /sys/fs/cgroup/web/memory.max
      why_oom
      """)
    #expect(text.contains("main (PID 88) lowered memory.max of the control group /web to 5 MiB; it held 20"))
  }

  @Test("who dies with its group cannot be saved by a smaller adjustment")
  func companions() throws {
    let text = try CheckedScript.output(
      """
      container web memory=32M, oom_group=1
      g = "/sys/fs/cgroup/web"
      process small in g { a = malloc(4M); write(a) }
      process big in g { b = malloc(64M); write(b) }
      why_oom
      """)
    #expect(text.contains("dies with its group: only -1000 spares it"))
    #expect(text.contains("or less: spared"))
  }

  @Test("a process that died in a group is charged for nothing more")
  func deadWriter() throws {
    let text = try CheckedScript.output(
      """
      mkdir /t
      mount -t tmpfs tmpfs /t
      container web memory=16M { dd if=/dev/zero of=/t/x bs=64K count=640 }
      cat /sys/fs/cgroup/web/memory.events
      print int($(cat /sys/fs/cgroup/web/memory.peak)) <= 16777216
      """)
    #expect(text.contains("oom 1\noom_kill 1\n"))
    #expect(text.hasSuffix("true\n"))
  }

  @Test("dropped caches leave nothing of pages that reclaim took")
  func droppedShadows() throws {
    let text = try CheckedScript.output(
      """
      dd if=/dev/zero of=/f bs=1M count=64
      sync
      echo 3 > /proc/sys/vm/drop_caches
      container web memory=16M { dd if=/f of=/dev/null bs=1M count=64 }
      echo 1 > /proc/sys/vm/drop_caches
      container web { dd if=/f of=/dev/null bs=1M count=8 }
      grep refault_file /sys/fs/cgroup/web/memory.stat
      """)
    #expect(text.hasSuffix("workingset_refault_file 0\n"))
  }

  @Test("help and Tab know the files and settings")
  func helpAndCompletion() throws {
    let session = try Session { _, _ in }
    _ = session.run("container web memory=64M { }")
    #expect(session.help("memory.high")?.contains("sleep") == true)
    #expect(session.help("/sys/fs/cgroup/web/memory.stat")?.contains("echo") == false)
    #expect(session.completions(for: "container x mem", at: 15).words == ["memory="])
    #expect(session.completions(for: "why_oom -g /w", at: 13).words == ["/web"])
    #expect(session.completions(for: "cgroups /w", at: 10).words == ["/web"])
    #expect(session.why(.dead) == nil)
  }
}
