// memsh explain from the command line: logs from files and standard input, as text and as JSON, and mistakes.

import Foundation
import Testing

@testable import memsh

@Suite struct ExplainTests {
  private static let log = """
    [    5.1] usb 1-1: new device
    [    5.6] web invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
    [    5.6] CPU: 0 PID: 155 Comm: web Not tainted 6.1.0-50-amd64 #1  Debian 6.1.176-1
    [    5.6] memory: usage 81920kB, limit 81920kB, failcnt 20544
    [    5.6] swap: usage 0kB, limit 0kB, failcnt 0
    [    5.6] Tasks state (memory values in pages):
    [    5.6] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
    [    5.6] [    142]    33   142    12854     9241    45056        0             0 db
    [    5.6] [    155]  1001   155    77142    10561   253952        0             0 web
    [    5.6] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/app,task_memcg=/app,task=web,pid=155,uid=1001
    [    5.6] Memory cgroup out of memory: Killed process 155 (web) total-vm:308568kB, anon-rss:42244kB, file-rss:0kB, shmem-rss:0kB, UID:1001 pgtables:248kB oom_score_adj:0

    """
  private static let text = """
    out of memory in a control group, Linux 6.1.0-50-amd64 at 5.6 s (line 2)
    why      the group /app had reached its limit (memory.max 81920 kB, used 81920
             kB), it may not swap; web (155) is the largest: 41.3 MiB resident.
    asked    web (155) for 1 page, gfp_mask 0xcc0 GFP_KERNEL
    zones    memory 81920 kB of 81920 kB, swap 0 kB of 0 kB
    owners   web 41.5 MiB, db 36.1 MiB
    died     web (155): badness 10623 (10561 resident + 0 in swap + 62 page tables);
             the rule of this release agrees
    next     db (142) 9252
    saved by a limit above 81920 kB: how much it takes, its peak without a limit
             would tell; swap for the group (memory.swap.max above 0 kB);
             oom_score_adj -69 for web (155): then db (142) goes

    """

  @Test func readsItsOptions() throws {
    #expect(try Invocation(arguments: ["explain"]) == .explain(.init(files: ["-"])))
    #expect(
      try Invocation(arguments: ["explain", "--json", "a", "-"])
        == .explain(.init(files: ["a", "-"], output: .json)))
  }

  @Test func explainsStandardInputAndFiles() throws {
    let run = try Memsh.run(["explain"], input: Self.log)
    #expect(run.output == Self.text && run.errors == "" && run.status == 0)
    let folder = try TemporaryFolder()
    let one = try folder.write(Self.log, to: "one.log")
    let two = try folder.write("nothing\n" + Self.log, to: "two.log")
    let both = try Memsh.run(["explain", one, two])
    #expect(both.status == 0)
    let named = Self.text.replacing("(line 2)", with: "(line 3)")
    let words = { (text: String) in text.split { $0 == " " || $0 == "\n" } }
    #expect(words(both.output) == words("\(one): \(Self.text)\n\(two): \(named)"))
    #expect(
      both.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains(one) || $0.contains(two) }
    )
  }

  @Test func drawsAPage() throws {
    let hostile = Self.log.replacing("(web)", with: "(<b>&\u{1b}[1m)").replacing(
      "task=web", with: "task=<b>&")
    let run = try Memsh.run(["explain", "--html", "-"], input: hostile + Self.log)
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.hasPrefix("<!DOCTYPE html>") && run.output.hasSuffix("</html>\n"))
    #expect(run.output.contains("<h1>Why memory ran out: 2 reports</h1>"))
    #expect(run.output.contains("10623 killed") && run.output.contains("db (142)"))
    #expect(run.output.contains("the group /app had reached its limit"))
    #expect(!run.output.contains("<b>") && !run.output.contains("\u{1b}") && !run.output.contains("<script"))
    for tag in ["section", "figure", "svg", "dl", "main"] {
      #expect(
        run.output.components(separatedBy: "<\(tag)").count
          == run.output.components(separatedBy: "</\(tag)>").count)
    }
    let none = try Memsh.run(["explain", "--html"], input: "nothing\n")
    #expect(none.status == 1)
    let both = try Memsh.run(["explain", "--html", "--json"], input: "")
    #expect(both.status == 2)
  }

  @Test func printsAnObjectForEachReport() throws {
    let run = try Memsh.run(["explain", "--json", "-"], input: Self.log + Self.log)
    let objects = try run.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.count == 2 && run.status == 0)
    #expect(objects[0]["kind"] as? String == "memcg" && objects[0]["agrees"] as? Bool == true)
    #expect((objects[0]["ranking"] as? [[String: Any]])?.map { $0["badness"] as? Int } == [10623, 9252])
    #expect(objects[1]["lines"] as? [Int] == [13, 22])
  }

  @Test func saysWhatIsWrong() throws {
    let nothing = try Memsh.run(["explain"], input: "all is well\n")
    #expect(nothing.status == 1 && nothing.output == "")
    #expect(
      nothing.errors.hasPrefix("memsh: no report of the kernel about memory in standard input; it may stand ")
    )
    let json = try Memsh.run(["explain", "--json"], input: "all is well\n")
    #expect(json.status == 0 && json.output == "" && json.errors == "")
    let place = try TemporaryFolder()
    let empty = try place.write("all is well\n", to: "empty.log")
    let second = try Memsh.run(["explain", "-", empty], input: Self.log)
    #expect(second.status == 0 && second.output.contains("web (155)"))
    #expect(second.errors == "memsh: no report in \(empty)\n")
    let log = try place.write(Self.log, to: "kern.log")
    let forgotten = try Memsh.run([log])
    #expect(forgotten.status == 1)
    #expect(
      forgotten.errors.hasSuffix(
        "memsh: \(log) is a kernel's log: 'memsh explain \(log)' tells what it says\n"))
    let missing = try Memsh.run(["explain", "/nonesuch.log"])
    #expect(missing.status == 2 && missing.errors.contains("/nonesuch.log"))
    let folder = try Memsh.run(["explain", "/"])
    #expect(folder.status == 2 && folder.errors.contains("directory"))
  }
}
