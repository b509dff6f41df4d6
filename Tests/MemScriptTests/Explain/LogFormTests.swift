// The same report in the forms that logs have: the explanation is the same.

import Foundation
import Testing

@testable import MemScript

@Suite struct LogFormTests {
  /// Logs of one report, or two, whose lines are all of the kernel.
  private static let names = [
    "003-6.12-adj.txt.gz", "051-6.12-memcgswapadj.txt.gz", "079-6.1-panic.txt.gz",
    "022-5.10-fragfail9.txt.gz",
    "042-5.10-memcggroup.txt.gz", "097-6.1-threads.txt.gz",
  ]

  /// What is told apart from where it stands.
  private func summary(_ log: [UInt8]) -> [String] {
    ReportExplanation.explanations(ofLog: log).map {
      "\($0.kind) \($0.report.processor?.release ?? "-") \($0.report.request?.name ?? "-") \($0.victim ?? -1) "
        + "\($0.recomputedScore ?? -1) \(String(describing: $0.agrees)) \($0.ranking.map(\.process)) \($0.why)"
    }
  }

  /// A log's lines without their times.
  private func bodies(_ name: String) throws -> [(time: String, body: String)] {
    try ReportTruth.lines(name).compactMap { line in
      let text = String(decoding: line, as: UTF8.self)
      guard let end = text.range(of: "] ") else { return nil }
      return (String(text[..<end.upperBound]), String(text[end.upperBound...]))
    }
  }

  /// What a program that shows or sends logs makes of the kernel's lines.
  enum Form: String, CaseIterable, Sendable {
    case bare, reltime, iso, localDate, raw, decoded, caller, syslog, rsyslogTime, journalFull, tagOnly,
      quoted, windows,
      coloured, escaped, wrapped80, wrapped132, mail, foreignLines, twoHosts,
      json, kmsg, numbered, container, android, sealed, newestFirst, noHost, printable,
      journalPretty, dmesgJSON, serverSent, page, table, quotedCells, carriageReturns, oneString,
      deviceRecords, tabs,
      grepColour
  }

  @Test(arguments: Form.allCases) func formsAreAlike(form: Form) throws {
    for name in Self.names {
      let lines = try bodies(name)
      let wanted = summary(Array(lines.map { $0.time + $0.body }.joined(separator: "\n").utf8))
      #expect(!wanted.isEmpty)
      let found = summary(Array(text(lines, form).utf8))
      switch form {
      // A group that dies as a whole is told victim by victim: backwards, another is the first.
      case .newestFirst where name.hasPrefix("042"): #expect(found.count == wanted.count)
      // The newest report is the first then.
      case .newestFirst: #expect(found == wanted.reversed(), "\(name) as \(form)")
      case .twoHosts: #expect(found.sorted() == (wanted + wanted).sorted(), "\(name) as \(form)")
      // A soft break can part the words by which a report is found: then its first line is missing.
      case .printable where name.hasPrefix("051"):
        #expect(found.count == wanted.count && found.last == wanted.last)
      default: #expect(found == wanted, "\(name) as \(form)")
      }
    }
  }

  private func text(_ lines: [(time: String, body: String)], _ form: Form) -> String {
    let date = "Nov 29 07:40:04 box kernel: "
    let each: ((time: String, body: String)) -> String
    switch form {
    case .bare: each = { $0.body }
    case .reltime: each = { "[  +0.000012] " + $0.body }
    case .iso: each = { "2026-11-29T07:40:04,123456+01:00 " + $0.body }
    case .localDate: each = { "[mar. 29 août 07:40:04 2026] " + $0.body }
    case .raw: each = { "<4>" + $0.time + $0.body }
    case .decoded: each = { "kern  :warn  : " + $0.time + $0.body }
    case .caller: each = { $0.time.dropLast() + "[  T155] " + $0.body }
    case .syslog: each = { date + $0.time + $0.body }
    case .rsyslogTime: each = { "2026-11-29T07:40:04.123456+01:00 box kernel: " + $0.time + $0.body }
    case .journalFull: each = { "Sun 2026-11-29 07:40:04 UTC box kernel: " + $0.body }
    case .tagOnly: each = { "kernel: " + $0.body }
    case .quoted: each = { "> > " + $0.time + $0.body }
    case .windows: each = { $0.time + $0.body + "\r" }
    case .coloured: each = { "\u{1b}[32m\($0.time)\u{1b}[0m\u{1b}[1m\($0.body)\u{1b}[0m" }
    case .json:
      each = {
        let message = ($0.time + $0.body).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "{\"PRIORITY\":\"4\",\"MESSAGE\":\"\(message)\",\"_HOSTNAME\":\"box\"}"
      }
    case .kmsg: each = { "4,\($0.body.count),4551482,-;" + $0.body }
    case .numbered:
      return lines.enumerated().map { "\($0.offset + 1):" + $0.element.time + $0.element.body }.joined(
        separator: "\n")
    case .container: each = { "2026-11-29T07:40:04.123456789Z stderr F " + $0.time + $0.body }
    case .android: each = { "<6>" + $0.time + "c0   161 (batch:161) " + $0.body }
    case .sealed: each = { $0.time + $0.body + "$" }
    case .newestFirst: return lines.reversed().map { $0.time + $0.body }.joined(separator: "\n")
    case .journalPretty:
      each = {
        "{\n        \"_HOSTNAME\" : \"box\",\n        \"MESSAGE\" : \(Self.json($0)),\n        \"PRIORITY\" : \"4\"\n}"
      }
    case .dmesgJSON:
      let members = lines.map { "      {\n         \"pri\": 4,\n         \"msg\": \(Self.json($0))\n      }" }
      return "{\n   \"dmesg\": [\n" + members.joined(separator: ",") + "\n   ]\n}"
    case .serverSent: each = { "data: {\"MESSAGE\":\(Self.json($0)),\"PRIORITY\":\"4\"}\n" }
    case .page:
      let escaped = lines.map {
        ($0.time + $0.body).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
          ">", with: "&gt;"
        )
        .replacing("(", with: "&#40;")
      }
      return "<pre>" + escaped.joined(separator: "<br>\n") + "</pre>"
    case .table:
      return lines.enumerated().map { "| \($0 + 1) | `\($1.time)\($1.body)` |" }.joined(separator: "\n")
    case .quotedCells: each = { "box,4,\"\($0.time)\($0.body)\"" }
    case .carriageReturns: return lines.map { $0.time + $0.body }.joined(separator: "\r")
    case .oneString: return Self.json(("", lines.map { $0.time + $0.body }.joined(separator: "\n")))
    case .deviceRecords:
      return lines.enumerated().map { "4,\($0 + 300),455\(1000 + $0),\($0 % 7 == 0 ? "c" : "-");" + $1.body }
        .joined(
          separator: "\n")
    case .tabs: each = { ($0.time + $0.body).replacing(" ", with: "\t") }
    case .grepColour:
      each = { ($0.time + $0.body).replacing("oom", with: "\u{1b}[01;31m\u{1b}[Koom\u{1b}[m\u{1b}[K") }
    case .noHost: each = { "Nov 29 07:40:0\($0.body.count % 9) kernel: " + $0.body }
    case .printable: return Self.quotedPrintable(lines.map { $0.time + $0.body })
    case .escaped: return Self.escaped(lines, date)
    case .wrapped80: return lines.map { Self.broken($0.time + $0.body, at: 80) }.joined(separator: "\n")
    case .wrapped132: return lines.map { Self.broken($0.time + $0.body, at: 132) }.joined(separator: "\n")
    case .mail: return lines.map { Self.filled("> " + $0.time + $0.body, to: 76) }.joined(separator: "\n")
    case .foreignLines:
      return lines.flatMap {
        [date + $0.body, "Nov 29 07:40:04 box app[1417]: Out of memory: could not allocate 1048576 bytes"]
      }.joined(separator: "\n")
    case .twoHosts:
      return lines.flatMap { [date + $0.body, "Nov 29 07:40:04 other kernel: " + $0.body] }.joined(
        separator: "\n")
    }
    return lines.map(each).joined(separator: "\n")
  }

  private static func json(_ line: (time: String, body: String)) -> String {
    let text = (line.time + line.body).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"" + text.replacing("\n", with: "\\n") + "\""
  }

  @Test func wideCharactersAreRead() throws {
    for name in Self.names {
      let text = try bodies(name).map { $0.time + $0.body }.joined(separator: "\n")
      let wanted = summary(Array(text.utf8))
      for mark in ["\u{feff}", ""] {
        let units = Array((mark + text).utf16)
        #expect(
          summary(units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }) == wanted, "\(name)")
        #expect(
          summary(units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }) == wanted, "\(name)")
      }
    }
  }

  /// As mail programs encode lines that are too long for mail: `=` at the end goes on.
  private static func quotedPrintable(_ lines: [String]) -> String {
    lines.map { line in
      var rest = Substring(line.replacing("=", with: "=3D"))
      var parts: [String] = []
      while rest.count > 75 {
        var length = 75
        // No escape is parted.
        while rest.prefix(length).suffix(2).contains("=") { length -= 1 }
        parts.append(rest.prefix(length) + "=")
        rest = rest.dropFirst(length)
      }
      return (parts + [String(rest)]).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// As rsyslog writes a message of several lines.
  private static func escaped(_ lines: [(time: String, body: String)], _ date: String) -> String {
    var text = ""
    for (time, body) in lines {
      if body.hasPrefix(" active_file:") || body.hasPrefix(" unevictable:") || body.hasPrefix(" slab_")
        || body.hasPrefix(" mapped:") || body.hasPrefix(" sec_") || body.hasPrefix(" kernel_misc")
        || body.hasPrefix(" free:")
      {
        text += "#012" + body
      } else {
        text += (text.isEmpty ? "" : "\n") + date + time + body
      }
    }
    return text
  }

  /// As a terminal breaks a line.
  private static func broken(_ line: String, at width: Int) -> String {
    var rest = Substring(line)
    var parts: [Substring] = []
    while rest.count > width {
      parts.append(rest.prefix(width))
      rest = rest.dropFirst(width)
    }
    return (parts + [rest]).joined(separator: "\n")
  }

  /// As a mail program fills lines.
  private static func filled(_ line: String, to width: Int) -> String {
    var lines: [String] = [""]
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      if lines[lines.count - 1].count + word.count > width, lines[lines.count - 1].count > 30 {
        lines.append("> " + word)
      } else {
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
      }
    }
    return lines.joined(separator: "\n")
  }
}
