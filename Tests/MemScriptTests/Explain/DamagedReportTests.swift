// Reports with lines missing, cut, doubled and exchanged: less is told, and nothing wrong.

import Testing

@testable import MemScript

@Suite struct DamagedReportTests {
  /// What may be said of one log: the victims with their badness and whether the rule agrees.
  private struct Sayable {
    var badness: [Int: Int?] = [:]
    var agrees: [Int: Bool?] = [:]
    var count = 0

    init(_ log: [UInt8]) {
      let explanations = ReportExplanation.explanations(ofLog: log)
      count = explanations.count
      for explanation in explanations {
        guard let victim = explanation.victim else { continue }
        badness[victim] = explanation.recomputedScore
        agrees[victim] = explanation.agrees
        for other in explanation.alsoKilled {
          badness[other] = Int?.none
          agrees[other] = Bool?.none
        }
      }
    }
  }

  private func expectNothingWrong(_ log: [UInt8], _ whole: Sayable, _ what: String) {
    let explanations = ReportExplanation.explanations(ofLog: log)
    #expect(explanations.count <= whole.count + 1, "\(what)")
    for explanation in explanations {
      // Printers see what damage makes of numbers, too.
      #expect(!explanation.text().isEmpty && !explanation.json.text.isEmpty)
      guard let victim = explanation.victim else { continue }
      #expect(whole.badness[victim] != nil, "\(what): \(victim) is no victim")
      if let badness = explanation.recomputedScore, let right = whole.badness[victim] {
        #expect(badness == right, "\(what)")
      }
      if let agrees = explanation.agrees, let right = whole.agrees[victim] {
        #expect(agrees == right, "\(what)")
      }
    }
  }

  @Test(arguments: ["086-6.12-swapfull.txt.gz", "051-6.12-memcgswapadj.txt.gz", "093-6.1-sysrq.txt.gz"])
  func eachLine(name: String) throws {
    let lines = try ReportTruth.lines(name)
    let whole = Sayable(lines.log)
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(seed: seed)
    // Lines of a trace and of statistics are many and alike.
    let places = lines.indices.filter { !lines[$0].isEmpty && ($0 > lines.count - 25 || $0 % 5 == 0) }
    for index in places {
      var dropped = lines
      dropped.remove(at: index)
      expectNothingWrong(dropped.log, whole, "\(name), line \(index + 1) dropped")
      var cut = lines
      let length = Int.random(in: 0..<lines[index].count, using: &random)
      cut[index] = Array(lines[index].prefix(length))
      expectNothingWrong(cut.log, whole, "\(name), line \(index + 1) cut at \(length) (seed \(seed))")
      var doubled = lines
      doubled.insert(lines[index], at: index)
      expectNothingWrong(doubled.log, whole, "\(name), line \(index + 1) doubled")
      guard index + 1 < lines.count else { continue }
      var exchanged = lines
      exchanged.swapAt(index, index + 1)
      expectNothingWrong(exchanged.log, whole, "\(name), line \(index + 1) exchanged with the next")
    }
  }

  @Test func randomBytesEndNothing() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(seed: seed)
    for name in ["003-6.12-adj.txt.gz", "058-6.1-memcgv1.txt.gz", "131-two-kernels-one-file.txt.gz"] {
      let log = try ReportTruth.log(name)
      for _ in 0..<40 {
        var mutated = log
        for _ in 0..<Int.random(in: 1...60, using: &random) {
          let place = Int.random(in: 0..<mutated.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: mutated[place] = UInt8.random(in: 0...255, using: &random)
          case 1: mutated[place] = UInt8(ascii: "9")
          case 2: mutated.removeSubrange(place..<min(place + 40, mutated.count))
          default: mutated.insert(contentsOf: "9223372036854775807".utf8, at: place)
          }
        }
        for explanation in ReportExplanation.explanations(ofLog: mutated) {
          #expect(explanation.why.count <= 400 && !explanation.text().isEmpty, "seed \(seed)")
          #expect(explanation.json.text.hasPrefix("{"))
        }
      }
    }
  }
}
