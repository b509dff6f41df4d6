// What is written to the files of a control group, and what goes wrong.

import Foundation
import LinuxMemory
import Testing

@testable import MemScript

@Suite struct ControlGroupFileTests {
  @Test("each write has the errno of a real 6.1 kernel, and reads back as there")
  func recordedErrors() throws {
    var machine = try Machine(configuration: MachineConfiguration())
    let writer = try machine.spawn(name: "wr").get()
    _ = machine.write("+memory", to: .subtreeControl, of: .root, by: writer)
    let group = try machine.makeControlGroup("g", below: .root, by: writer).get()
    let table = try String(
      contentsOf: RecordedContainer.folder.appending(path: "errors.tsv"), encoding: .utf8)
    var count = 0
    for line in table.split(separator: "\n") {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
      let file = try #require(ControlGroupFile(rawValue: String(parts[0].dropFirst(2))))
      let text = parts[1].replacing("\\n", with: "\n")
      var number: Int32? = 0
      if case .failure(let error) = machine.write(text, to: file, of: group, by: writer) {
        number = Int32(error.rawValue)
      }
      #expect(number == Int32(parts[2]), "\(line)")
      if !parts[3].isEmpty { #expect(machine.read(file, of: group) == parts[3] + "\n", "\(line)") }
      count += 1
    }
    #expect(count > 100)
    #expect(machine.invariantViolations() == [])
  }

  @Test("the files of the root, of a group, and of one without the memory controller")
  func listings() throws {
    let text = try CheckedScript.output(
      """
      mkdir /sys/fs/cgroup/bare
      ls /sys/fs/cgroup/bare | wc -l
      echo +memory > /sys/fs/cgroup/cgroup.subtree_control
      ls /sys/fs/cgroup/bare | wc -l
      ls /sys/fs/cgroup | wc -l
      cat /sys/fs/cgroup/cgroup.controllers /sys/fs/cgroup/bare/cgroup.controllers
      """)
    #expect(text == "16\n34\n22\ncpuset cpu io memory hugetlb pids rdma misc\nmemory\n")
  }

  @Test("directories that cannot be made or removed")
  func directories() throws {
    let text = try CheckedScript.output(
      """
      mkdir /sys/fs/cgroup/a /sys/fs/cgroup/a/b
      mkdir /sys/fs/cgroup/a
      mkdir /sys/fs/cgroup/x/y
      mkdir /sys/fs/cgroup/a/cgroup.procs
      rmdir /sys/fs/cgroup/a
      rmdir /sys/fs/cgroup
      rmdir /sys/fs/cgroup/x
      echo 1 > /sys/fs/cgroup/a/cgroup.max.depth
      mkdir -p /sys/fs/cgroup/a/b/c
      echo 1 > /sys/fs/cgroup/a/cgroup.max.descendants
      mkdir /sys/fs/cgroup/a/d
      rmdir /sys/fs/cgroup/a/b /sys/fs/cgroup/a
      cat /sys/fs/cgroup/cgroup.stat
      """)
    let lines = text.split(separator: "\n").map { $0.split(separator: ": ").last.map { String($0) } ?? "" }
    #expect(
      lines == [
        "File exists", "No such file or directory", "File exists", "Device or resource busy",
        "Device or resource busy", "No such file or directory", "Resource temporarily unavailable",
        "Resource temporarily unavailable", "nr_descendants 0", "nr_dying_descendants 0",
      ])
  }

  @Test("processes start in a group, are moved, and are inherited by children")
  func membership() throws {
    let text = try CheckedScript.output(
      """
      mkdir /sys/fs/cgroup/a /sys/fs/cgroup/b
      process web in "/sys/fs/cgroup/a" { fork kid }
      cat /proc/$web/cgroup /proc/$kid/cgroup
      echo $kid > /sys/fs/cgroup/b/cgroup.procs
      cat /proc/$kid/cgroup
      process web in "/sys/fs/cgroup/b" { }
      cat /sys/fs/cgroup/a/cgroup.events | head -n 1
      process kid { exit }
      process web { exit }
      cat /sys/fs/cgroup/b/cgroup.procs
      rmdir /sys/fs/cgroup/a /sys/fs/cgroup/b
      ps -o pid,cgroup,comm | head -n 2
      """)
    #expect(
      text
        == "0::/a\n0::/a\n0::/b\npopulated 0\n  PID CGROUP                      COMMAND\n    1 0::/                        init\n"
    )
  }

  @Test("a frozen process does nothing, and is killed all the same")
  func freezing() throws {
    let text = try CheckedScript.output(
      """
      container web memory=16M { p = malloc(1M) }
      echo 1 > /sys/fs/cgroup/web/cgroup.freeze
      cat /sys/fs/cgroup/web/cgroup.events
      try { process web { write p } } catch e { print e }
      echo 0 > /sys/fs/cgroup/web/cgroup.freeze
      process web { write p }
      echo 1 > /sys/fs/cgroup/web/cgroup.kill
      cat /sys/fs/cgroup/web/cgroup.events
      """)
    #expect(text.contains("populated 1\nfrozen 1\nweb is frozen"))
    #expect(text.hasSuffix("populated 0\nfrozen 0\n"))
  }

  @Test("where nobody may be killed the process waits for ever, and the script goes on")
  func stuck() throws {
    let text = try CheckedScript.output(
      """
      container web memory=8M {
        echo -1000 > /proc/self/oom_score_adj
        p = malloc(16M)
        write p
        print "not reached"
      }
      print "after"
      cat /sys/fs/cgroup/web/memory.events
      dmesg | grep -E "no killable|Huh"
      """)
    #expect(text.contains("warning: web (PID 89) tries the same page fault for ever: /web is at its limit"))
    #expect(!text.contains("not reached"))
    #expect(text.contains("after\nlow 0\nhigh 0\nmax 18\noom 1\noom_kill 0\noom_group_kill 0\n"))
    #expect(text.contains("Out of memory and no killable processes...\n"))
    #expect(text.contains("Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF\n"))
  }

  @Test("an OOM of the whole machine names the victim's group")
  func globalOOM() throws {
    let text = try CheckedScript.output(
      """
      machine ram=256M, swap=0
      overcommit 1
      container web memory=max { p = malloc(1G); write p }
      dmesg | grep -o "global_oom,task_memcg=/web,task=web"
      """)
    #expect(text.contains("CONSTRAINT_NONE") || text.contains("global_oom,task_memcg=/web"))
  }

  @Test("a tmpfs is charged to whoever writes it, and to a removed group until the file goes")
  func temporaryFiles() throws {
    let text = try CheckedScript.output(
      """
      container w memory=64M
      mkdir /t
      mount -t tmpfs -o size=8M none /t
      process w in "/sys/fs/cgroup/w" { dd if=/dev/zero of=/t/x bs=1M count=16 2> /dev/null }
      grep -E "^(file|shmem) " /sys/fs/cgroup/w/memory.stat
      grep -E "^Shmem:" /proc/meminfo
      process w { exit }
      rmdir /sys/fs/cgroup/w
      cat /sys/fs/cgroup/cgroup.stat
      umount /t
      cat /sys/fs/cgroup/cgroup.stat
      """)
    #expect(text.contains("file 8388608\nshmem 8388608\nShmem:              8192 kB\n"))
    #expect(text.contains("nr_dying_descendants 1\nnr_descendants 0\nnr_dying_descendants 0\n"))
  }

  @Test("swapoff kills in a group that has no room, and fails where nobody may be killed")
  func swapoff() throws {
    let killed = try CheckedScript.output(
      """
      machine swap=64M
      container k memory=8M { p = malloc(10M); write p }
      swapoff -a
      cat /sys/fs/cgroup/k/memory.events | grep oom_kill; swapon --show | wc -l
      """)
    #expect(killed.hasSuffix("oom_kill 1\n0\n"))
    let refused = try CheckedScript.output(
      """
      machine swap=64M
      container k memory=12M { write malloc(10M) }
      echo 6M > /sys/fs/cgroup/k/memory.reclaim
      echo -1000 > /proc/$k/oom_score_adj
      echo 8M > /sys/fs/cgroup/k/memory.max
      swapoff -a
      print "after"
      """)
    #expect(refused.hasSuffix("swapoff failed: Cannot allocate memory\nafter\n"))
  }

  @Test("a writer that dies leaves a file as long as it came")
  func writtenInPart() throws {
    let text = try CheckedScript.output(
      """
      mkdir /m; mount -t tmpfs none /m
      container k memory=16M { dd if=/dev/zero of=/m/a bs=1M count=100 }
      ls -l /m/a; grep "^shmem " /sys/fs/cgroup/k/memory.stat; rm /m/a
      grep "^shmem " /sys/fs/cgroup/k/memory.stat
      """)
    let lines = text.split(separator: "\n")
    try #require(lines.count == 4)
    #expect("shmem \(lines[1].split(separator: " ")[4])" == lines[2])
    #expect(lines[3] == "shmem 0")
  }

  @Test("the difference of two machines names groups")
  func difference() throws {
    let session = try Session { _, _ in }
    let first = session.machine
    _ = session.run("container web memory=8M { write malloc(1M) }")
    let second = session.machine
    _ = session.run("echo 4M > /sys/fs/cgroup/web/memory.max")
    let made = MachineDifferenceText(MachineDifference(from: first, to: second)).text
    #expect(made.contains("control groups\n  /web  was made, "))
    let limited = MachineDifferenceText(MachineDifference(from: second, to: session.machine)).text
    #expect(limited == "control groups\n  /web  memory.max 8 MiB -> 4 MiB\n")
  }

  @Test("what is wrong is said")
  func refusals() throws {
    #expect(try CheckedScript.output("process x in \"/tmp\" { }").contains("'/tmp' is no control group"))
    #expect(try CheckedScript.output("container a memry=1M { }").contains("did you mean `memory=`?"))
    #expect(try CheckedScript.output("container a memory=x { }").contains("'x' is no size"))
    #expect(try CheckedScript.output("container a memory = 64M").contains("'memory' needs a value"))
    #expect(
      try CheckedScript.output("container memory=64M").contains("the name of the container comes first"))
    #expect(!(try CheckedScript.output("container a memory=64MB { print 1 }").contains("1\n")))
    #expect(
      try CheckedScript.output("container a memory=1M,swap=0\ncat /sys/fs/cgroup/a/memory.swap.max") == "0\n")
    #expect(try CheckedScript.output("mkdir /sys/fs/cgroup/`printf %0256d 1`").contains("File name too long"))
    #expect(
      try CheckedScript.output("mkdir /sys/fs/cgroup/a; touch /sys/fs/cgroup/a/b").contains(
        "Permission denied"))
    #expect(try CheckedScript.output("container { }").contains("expected the name of a container"))
    #expect(try CheckedScript.output("container ../x").contains("is no name for a container"))
    #expect(
      try CheckedScript.output("mount -t ext4 /dev/vda /mnt").contains(
        "file systems of type 'ext4' are not modelled"))
    #expect(
      try CheckedScript.output("machine kernel=3.10; mkdir /sys/fs/cgroup/a").contains(
        "No such file or directory"))
    #expect(try CheckedScript.output("why_oom -g /nope").contains("no control group"))
    #expect(try CheckedScript.output("cat /sys/fs/cgroup/memory.reclaim").contains("Invalid argument"))
  }
}
