// What the tools of real systems say of an exported machine, beside what memsh's own say.

import Foundation
import Testing

@testable import memsh

@Suite struct RealToolTests {
  /// An exported machine, and what memsh's commands say of it.
  private struct Exported {
    let folder: TemporaryFolder
    let root: String
    let said: [String: String]

    init() throws {
      folder = try TemporaryFolder()
      root = folder.url.appendingPathComponent("m").path
      let script = """
        machine ram=1G, swap=256M, cpus=2
        container web memory=64M { p = malloc(20M); write p, 10M }
        process "db one" { p = malloc(100M); write p, 90M }
        process hog { q = mmap(NULL, 1G); write q, 900M }

        """
      let run = try Memsh.run(["export", root, "-"], input: script)
      #expect(run.status == 0 && run.errors == "")
      var said: [String: String] = [:]
      for command in RealToolTests.commands {
        said[command] = try Memsh.run(["-"], input: script + command).output
      }
      self.said = said
    }
  }

  /// What is asked of both, and whether the order of the lines is that of a folder.
  private static let commands = [
    "ps -eo pid,ppid,rss,vsz,nlwp,comm", "free", "free -m -w", "free -b -t", "vmstat -s", "slabtop -o",
  ]

  /// One export, which takes a while, is looked at by every tool that is installed; .ci/run brings them.
  @Test func realToolsSayTheSame() throws {
    let exported = try Exported()
    if Self.has("/usr/bin/slabtop"), Self.hasNamespaces { try expectTheSameOfProcps(exported) }
    if Self.has("/usr/bin/smem") { try expectTheSameOfSmem(exported) }
    if Self.has("/usr/bin/prometheus-node-exporter"), Self.has("/usr/bin/curl") {
      try expectTheSameOfNodeExporter(exported)
    }
  }

  private static func has(_ tool: String) -> Bool { FileManager.default.isExecutableFile(atPath: tool) }

  /// Whether this user may have a `/proc` of their own.
  private static let hasNamespaces: Bool =
    (try? Memsh.run(URL(fileURLWithPath: "/usr/bin/unshare"), ["-mpf", "true"]).status) == 0

  private func expectTheSameOfProcps(_ exported: Exported) throws {
    // ps looks itself up: as the first one it gets the number of a process that there is.
    var program = "exec 3>/proc/sys/kernel/ns_last_pid\nmount --bind \"$1/proc\" /proc\necho 87 >&3\n"
    for command in Self.commands { program += "\(command); echo ----\n" }
    let source = try exported.folder.write(program, to: "ask.sh")
    let run = try Memsh.run(
      URL(fileURLWithPath: "/usr/bin/unshare"), ["-mpf", "sh", source, exported.root])
    #expect(run.errors == "")
    let answers = run.output.components(separatedBy: "----\n")
    #expect(answers.count == Self.commands.count + 1)
    for (command, answer) in zip(Self.commands, answers) {
      let own = exported.said[command] ?? ""
      if command.hasPrefix("ps") {
        #expect(answer.split(separator: "\n").sorted() == own.split(separator: "\n").sorted(), "\(command)")
      } else if command.hasPrefix("vmstat") {
        // What is not simulated, such as the time of processors, has no line of its own here.
        #expect(own.split(separator: "\n").count > 10)
        #expect(Set(answer.split(separator: "\n")).isSuperset(of: own.split(separator: "\n")))
      } else {
        #expect(answer == own, "\(command)")
      }
    }
  }

  private func expectTheSameOfSmem(_ exported: Exported) throws {
    let run = try Memsh.run(
      URL(fileURLWithPath: "/usr/bin/smem"), ["--source", exported.root, "-c", "pid rss swap", "-H"])
    let found = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(found.count == 5, "\(run.errors)")
    for row in found where row.count == 3 && row[0] != "1" {
      let status = try String(contentsOfFile: "\(exported.root)/proc/\(row[0])/status", encoding: .utf8)
      for (name, value) in [("VmRSS", row[1]), ("VmSwap", row[2])] {
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") })
        #expect(line.split(separator: " ").dropFirst().first.map(String.init) == value, "\(row[0]) \(name)")
      }
    }
  }

  private func expectTheSameOfNodeExporter(_ exported: Exported) throws {
    // The exporter takes any free port and says which.
    let program = """
      log=$2
      prometheus-node-exporter --path.procfs="$1/proc" --path.sysfs="$1/sys" --web.listen-address=127.0.0.1:0 \
        --collector.disable-defaults --collector.meminfo --collector.vmstat --collector.vmstat.fields='^pg' 2>"$log" &
      while kill -0 $! && ! grep -q 'address=127' "$log"; do sleep 0.1; done
      curl -s "http://$(sed -n 's/.*address=\\(127[0-9.:]*\\).*/\\1/p' "$log" | head -n 1)/metrics"
      kill $!
      """
    let source = try exported.folder.write(program, to: "scrape.sh")
    let log = exported.folder.url.appendingPathComponent("log").path
    let run = try Memsh.run(URL(fileURLWithPath: "/bin/sh"), [source, exported.root, log])
    var metrics: [String: Double] = [:]
    for line in run.output.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      if words.count == 2 { metrics[String(words[0])] = Double(words[1]) }
    }
    let table = try String(contentsOfFile: exported.root + "/proc/meminfo", encoding: .utf8)
    var count = 0
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, let amount = Double(words[1]) else { continue }
      let name = words[0].dropLast().replacing("(", with: "_").replacing(")", with: "")
      #expect(metrics["node_memory_\(name)_bytes"] == amount * 1024, "\(name)")
      count += 1
    }
    #expect(count > 40)
    let counters = try String(contentsOfFile: exported.root + "/proc/vmstat", encoding: .utf8)
    let faults = try #require(counters.split(separator: "\n").first { $0.hasPrefix("pgfault ") })
    #expect(metrics["node_vmstat_pgfault"] == Double(faults.split(separator: " ")[1]))
  }
}
