// Explanations of logs whose causes are known, as `memsh explain --json` prints them.

import Foundation
import Testing

@testable import MemScript

@Suite struct KnownCauseTests {
  /// What a path such as `victim.pid` leads to; nil where it is null or missing.
  private func value(_ path: String, in object: [String: Any]) -> NSObject? {
    var current: Any = object
    for part in path.split(separator: ".") {
      guard let next = (current as? [String: Any])?[String(part)] else { return nil }
      current = next
    }
    return current is NSNull ? nil : current as? NSObject
  }

  /// What may stand there: more than one answer can be honest.
  private func accepted(_ path: String, of truth: [String: Any]) -> [NSObject?] {
    if let list = (truth["accept"] as? [String: Any])?[path] as? [Any] {
      return list.map { $0 is NSNull ? nil : $0 as? NSObject }
    }
    return [value(path, in: truth)]
  }

  private func matches(_ found: NSObject?, _ wanted: NSObject?) -> Bool {
    if let pattern = (wanted as? String), pattern.hasPrefix("re:"), let text = found as? String {
      return (try? Regex(String(pattern.dropFirst(3))))?.matches(somewhereIn: text) ?? false
    }
    return found == wanted
  }

  @Test func everyReportIsExplained() throws {
    let truth = try ReportTruth()
    #expect(truth.files.count == 37)
    var compared = 0
    for (name, reports) in truth.files {
      let found = try ReportExplanation.explanations(ofLog: ReportTruth.log(name)).map {
        try #require(JSONSerialization.jsonObject(with: Data($0.json.text.utf8)) as? [String: Any])
      }
      #expect(found.count == reports.count, "\(name)")
      for (index, (object, report)) in zip(found, reports).enumerated() {
        for path in [
          "kind", "kernel", "order", "gfp_mask", "asker.name", "asker.pid", "victim.pid", "victim.name",
          "score.printed", "score.recomputed", "agrees",
        ] {
          // What made the log knows the flags; a log whose beginning is cut does not have them.
          if path == "gfp_mask", value("asker.name", in: report) == nil { continue }
          let wanted = accepted(path, of: report)
          let got = value(path, in: object)
          #expect(
            wanted.contains { matches(got, $0) },
            "\(name) \(index + 1): \(path) is \(String(describing: got)), not \(wanted)")
          compared += 1
        }
        let rule = try #require(report["why_regex"] as? String)
        let why = try #require(object["why"] as? String)
        #expect(why.count <= 400)
        #expect(try Regex(rule).matches(somewhereIn: why), "\(name) \(index + 1): \(why)")
        guard
          report["accept"] as? [String: Any] == nil
            || (report["accept"] as? [String: Any])?["ranking[0].pid"] == nil
        else { continue }
        let order = { (list: Any?) in
          (list as? [[String: Any]] ?? []).prefix(5).map { "\($0["pid"] ?? "") \($0["badness"] ?? "")" }
        }
        #expect(order(object["ranking"]) == order(report["ranking"]), "\(name) \(index + 1)")
      }
    }
    #expect(compared > 500)
  }

  /// Public reports: victim, whether the rule agrees, the next three. The rule of 2.6.24 is not known from its report.
  @Test(
    arguments: [
      ("2.6.24-i386-lowmem-xorg", nil, nil, nil, [], "zones that this request may use"),
      (
        "3.10-rhel7-global-mysqld-numa", 6576, 651, true, [27502, 29110, 28996],
        "swap is full (0 kB of 8388604 kB free)"
      ),
      ("3.13-ubuntu-global-mysqld-512M", 30705, 43, true, [9233, 2653, 12572], "swap is full"),
      ("3.13-ubuntu-memcg-v1-mem2", 13536, 996, nil, [], "the group /mem2 had reached its limit"),
      ("4.8-docker-memcg-v1", 1381, 1046, true, [], "20480 kB, used 20480 kB"),
      ("5.15-pve-memcg-php-fpm", 3_902_942, nil, true, [3_589_018, 3_964_255, 3_637_209], "/lxc/39004"),
      ("5.4-ubuntu-sysrq-f", 955, nil, true, [1385, 1381, 1382], "by hand (sysrq-f)"),
      ("6.1.1-arch-global-doxygen", 473_206, nil, true, [376_692, 384_480, 429_373], "swap is full"),
      ("6.12-arm64-rpi-global-cma-zram", 996, nil, true, [1025, 942, 937], "swap is full"),
    ] as [(String, Int?, Int?, Bool?, [Int], String)])
  func publicReports(
    name: String, victim: Int?, score: Int?, agrees: Bool?, next: [Int], words: String
  ) throws {
    let log = [UInt8](try PackedFile.unpack("reports/\(name).txt"))
    let found = ReportExplanation.explanations(ofLog: log)
    let explanation = try #require(found.first)
    #expect(found.count == 1)
    #expect(explanation.victim == victim)
    #expect(explanation.printedScore == score)
    #expect(explanation.agrees == agrees)
    #expect(explanation.ranking.map(\.process).filter { $0 != victim }.prefix(3) == next.prefix(3))
    #expect(explanation.why.contains(words), "\(explanation.why)")
    let text = explanation.text()
    #expect(text.split(separator: "\n").count <= 25)
    #expect(
      text.split(separator: "\n").dropFirst().allSatisfy {
        $0.count <= 80 || !$0.contains(" ") || name.hasPrefix("4.8")
      })
  }
}

extension Regex {
  /// Whether it matches somewhere.
  fileprivate func matches(somewhereIn text: String) -> Bool { (try? firstMatch(in: text)) != nil }
}
