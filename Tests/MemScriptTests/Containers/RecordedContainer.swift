// What a real kernel counted for control groups, and the script that does the same here.

import Foundation

@testable import MemScript

/// A case of `Recordings/containers`: `NAME.mem`, and `NAME.figures` with what Linux 6.1 printed.
struct RecordedContainer {
  /// One number or word of a file of a group.
  struct Figure {
    /// `LABEL GROUP FILE`.
    var block: String
    /// The key in the file; `=` for a file of one number.
    var key: String
    var wanted: String
    /// By how much a number may differ.
    var tolerance = 0
    /// Whether so much is enough.
    var isLeast = false
    /// The label of the block since which the growth is meant.
    var since: String?
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Recordings/containers")

  /// The names of all cases, sorted.
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return files.filter { $0.hasSuffix(".figures") }.map { String($0.dropLast(8)) }.sorted()
  }()

  let name: String
  let script: [UInt8]
  let figures: [Figure]

  init(_ name: String) throws {
    self.name = name
    script = Array(try Data(contentsOf: Self.folder.appending(path: "\(name).mem")))
    let text = try String(contentsOf: Self.folder.appending(path: "\(name).figures"), encoding: .utf8)
    var block = ""
    figures = text.split(separator: "\n").compactMap { line in
      if line.hasPrefix("## ") {
        block = String(line.dropFirst(3))
        return nil
      }
      let parts = line.split(separator: " : ", maxSplits: 1).map { String($0) }
      guard parts.count == 2 else { return nil }
      var figure = Figure(block: block, key: parts[0].replacing("_", with: " "), wanted: parts[1])
      if parts[0].contains("_"), !block.hasSuffix("dmesg"), !block.hasSuffix("pressure") {
        figure.key = parts[0]
      }
      if let place = figure.wanted.range(of: " since ") {
        figure.since = String(figure.wanted[place.upperBound...])
        figure.wanted = String(figure.wanted[..<place.lowerBound])
      }
      if let place = figure.wanted.range(of: " ± ") {
        figure.tolerance = Int(figure.wanted[place.upperBound...]) ?? 0
        figure.wanted = String(figure.wanted[..<place.lowerBound])
      }
      if figure.wanted.hasPrefix(">= ") {
        figure.isLeast = true
        figure.wanted = String(figure.wanted.dropFirst(3))
      }
      return figure
    }
  }

  /// The figures that differ in what the script printed, as lines.
  func differences(in output: String) -> [String] {
    let blocks = Self.blocks(of: output)
    return figures.compactMap { figure in
      guard var found = Self.value(figure, in: blocks[figure.block]) else {
        return "\(figure.block) \(figure.key): missing"
      }
      if let since = figure.since {
        let label = figure.block.prefix { $0 != " " }
        let before = since + figure.block.dropFirst(label.count)
        guard let now = Int(found), let then = Self.value(figure, in: blocks[before]).flatMap({ Int($0) })
        else {
          return "\(figure.block) \(figure.key): missing"
        }
        found = String(now - then)
      }
      if found == figure.wanted { return nil }
      if let number = Int(found), let wanted = Int(figure.wanted) {
        if figure.isLeast ? number >= wanted : abs(number - wanted) <= figure.tolerance { return nil }
      }
      return "\(figure.block) \(figure.key): \(found), recorded \(figure.wanted)"
    }
  }

  /// The lines of each block `## LABEL GROUP FILE` … `## end`.
  private static func blocks(of output: String) -> [String: [Substring]] {
    var blocks: [String: [Substring]] = [:]
    var block: String?
    for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## ") {
        let head = line.dropFirst(3)
        block = head == "end" ? nil : String(head)
        if let block { blocks[block] = [] }
      } else if let block {
        blocks[block]?.append(line)
      }
    }
    return blocks
  }

  private static func value(_ figure: Figure, in lines: [Substring]?) -> String? {
    guard let lines else { return nil }
    if figure.block.hasSuffix(" dmesg") { return logged(figure.key, lines) }
    if figure.key == "=" { return lines.first { Int($0) != nil }.map { String($0) } }
    if figure.key == "keys" {
      return lines.compactMap { $0.split(separator: " ").first.map { String($0) } }.joined(separator: ",")
    }
    if figure.block.hasSuffix(".pressure") {
      let words = figure.key.split(separator: " ")
      return lines.first { $0.hasPrefix(words[0]) }?.split(separator: " ").first { $0.hasPrefix(words[1]) }?
        .split(separator: "=").last.map { String($0) }
    }
    let line = lines.first { $0.hasPrefix(figure.key + " ") }
    return line?.split(separator: " ").last.map { String($0) }
  }

  /// What the log says, by the names that the recordings have for it.
  private static func logged(_ key: String, _ lines: [Substring]) -> String? {
    func between(_ head: String, _ tail: String) -> String? {
      for line in lines {
        guard let start = line.range(of: head) else { continue }
        let rest = line[start.upperBound...]
        return String(tail.isEmpty ? rest : rest[..<(rest.range(of: tail)?.lowerBound ?? rest.endIndex)])
      }
      return nil
    }
    switch key {
    case "victims":
      return lines.compactMap { line -> String? in
        guard let start = line.range(of: "Killed process ") else { return nil }
        let rest = line[start.upperBound...]
        return rest.range(of: "(").map { String(rest[$0.upperBound...].prefix { $0 != ")" }) }
      }.joined(separator: ",")
    case "invoked":
      return lines.first { $0.contains(" invoked oom-killer") }?.split(separator: " ").dropLast(5).last.map {
        _ in between("] ", " invoked oom-killer") ?? ""
      }
    case "gfp mask": return between("gfp_mask=", ", order")
    case "constraint": return between("constraint=", ",")
    case "oom memcg": return between("oom_memcg=", ",")
    case "task memcg": return between("task_memcg=", ",")
    case "stats for": return between("Memory cgroup stats for ", ":")
    case "usage kB": return between("] memory: usage ", "kB")
    case "limit kB":
      return lines.first { $0.contains("] memory: usage ") }.flatMap { line in
        line.range(of: "limit ").map { String(line[$0.upperBound...].prefix { $0 != "k" }) }
      }
    case "failcnt":
      return lines.first { $0.contains("] memory: usage ") }?.split(separator: " ").last.map { String($0) }
    case "swap usage kB": return between("swap: usage ", "kB")
    case "swap limit kB":
      return lines.first { $0.contains("swap: usage ") }.flatMap { line in
        line.range(of: "limit ").map { String(line[$0.upperBound...].prefix { $0 != "k" }) }
      }
    case "no killable":
      return between("] ", "").flatMap { _ in
        lines.contains { $0.contains("no killable") } ? "Out of memory and no killable processes..." : nil
      }
    case "anon-rss kB": return between("anon-rss:", "kB")
    case "pgtables kB": return between("pgtables:", "kB")
    default: return nil
    }
  }
}
