// Messages about memory in recorded logs: what is read prints the same bytes.

import Foundation
import KernelText
import Testing

@Suite("Messages about memory")
struct MemoryMessageTests {
  /// A message as it stands in a log, and the lines about a kill behind it.
  private struct Recorded {
    var message = ""
    var verdict: String?
    var kills: [String] = []
  }

  /// The messages in a log: what stands behind the kernel's time, from the request to the last line about the kill.
  private static func messages(in log: String) -> [Recorded] {
    // What syslog, the journal and the kernel write before a line.
    let prefix = #/^((?:\w+ \d+ [\d:]+ \S+ kernel: |\[[^\]]*[.:][^\]]*\] )+)(.*)$/#
    var found: [Recorded] = []
    var isOpen = false
    for line in log.split(separator: "\n") {
      guard let match = line.firstMatch(of: prefix) else { continue }
      let text = match.2
      if text.contains(" invoked oom-killer: ") || text.contains(": page allocation failure: order:") {
        found.append(Recorded(message: text + "\n"))
        isOpen = true
        continue
      }
      guard var last = found.popLast() else { continue }
      if text.hasPrefix("oom-kill:") {
        last.verdict = last.verdict ?? String(text)
        isOpen = false
      } else if text.contains("ill process ") || text.contains("illed process ") {
        last.kills.append(String(text))
        isOpen = false
      } else if text.hasPrefix("Kernel panic") || text.hasPrefix("Out of memory and no killable") {
        isOpen = false
      } else if isOpen {
        last.message += text + "\n"
        // What follows a state of memory without tasks is the next thing that happened.
        isOpen = !text.contains("hwpoisoned") || last.message.contains("invoked oom-killer")
      }
      found.append(last)
    }
    return found
  }

  /// All logs but those whose lines a pager has cut, a terminal broken or somebody typed anew.
  private static var logs: [String] {
    let wholes = [
      "reports/3.10-rhel7-global-mysqld-numa.txt", "reports/3.13-ubuntu-global-mysqld-512M.txt",
      "reports/4.8-docker-memcg-v1.txt", "reports/5.15-pve-memcg-php-fpm.txt",
      "reports/6.1.1-arch-global-doxygen.txt", "reports/6.12-arm64-rpi-global-cma-zram.txt",
    ]
    let files = FileManager.default.enumerator(atPath: PackedFile.folder.path)?.compactMap { $0 as? String }
    return wholes
      + (files ?? []).filter {
        $0.hasSuffix(".txt.gz") && ($0.hasPrefix("oom/") || $0.hasPrefix("reports/known-cause/"))
      }.map { String($0.dropLast(3)) }.sorted()
  }

  /// Lines that no type has: what there is to say about the cache of swap and about each processor differs too much.
  private static let untyped = [
    "Swap cache stats: ", "CPU ", "Unreclaimable slab info:", "Name                      Used          Total",
  ]

  @Test("every recorded message makes the round trip byte for byte")
  func roundTrip() throws {
    var count = (messages: 0, kills: 0)
    for log in Self.logs {
      let text = String(decoding: try PackedFile.unpack(log), as: UTF8.self)
      for recorded in Self.messages(in: text) {
        let message = try #require(MemoryMessage(parsing: recorded.message), "\(log): \(recorded.message)")
        #expect(message.text == recorded.message, "\(log)")
        if case .machine(let state) = message.state {
          for case .other(let line) in state.lines {
            #expect(
              Self.untyped.contains { line.hasPrefix($0) } || line.hasSuffix(" per-cpu:"), "\(log): \(line)")
          }
        }
        count.messages += 1
        if let verdict = recorded.verdict {
          #expect(KillVerdict(parsing: verdict)?.text == verdict, "\(log)")
        }
        for kill in recorded.kills {
          #expect(KillLine(parsing: kill)?.text == kill, "\(log)")
          count.kills += 1
        }
      }
    }
    #expect(count.messages > 200 && count.kills > 200, "\(count)")
  }
}
