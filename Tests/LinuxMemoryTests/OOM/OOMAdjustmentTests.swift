// oom_score, oom_adj and oom_score_adj against recordings of Linux 6.1.

import Testing

@testable import LinuxMemory

@Suite("oom_adj, oom_score_adj and oom_score")
struct OOMAdjustmentTests {
  @Test("every recorded value", arguments: ["oomadj-amd64.txt", "oomadj-i386.txt"])
  func sweeps(name: String) throws {
    let recording = try Recording(name)
    let header = recording.lines[1].split(whereSeparator: { " ;".contains($0) })
    let totalPages = try #require(Int(header[1])) / 4
    let resident = try #require(Int(header[5]))
    let pageTables = try #require(Int(header[12])) / 4
    var checked = 0
    for line in recording.lines where line.hasPrefix("write oom_") {
      let fields = Recording.fields(String(line.dropFirst("write ".count)))
      let words = line.split(separator: " ")
      let target = words[1].split(separator: "=")
      let value = try #require(Int(target[1]))
      let read = Recording.fields(String(line.split(separator: "|")[1]))
      var adjustment = OOMAdjustment()
      let result =
        target[0] == "oom_adj"
        ? adjustment.setLegacy(value, isPrivileged: true) : adjustment.set(value, isPrivileged: true)
      #expect(throws: Never.self) { try result.get() }
      #expect(fields["errno"] == 0)
      #expect(adjustment.scoreAdjustment == read["oom_score_adj"], "\(line)")
      #expect(adjustment.legacyValue == read["oom_adj"], "\(line)")
      let figures = BadnessFigures(
        residentPages: resident, swapPages: 0, pageTablePages: pageTables,
        adjustment: adjustment.scoreAdjustment)
      #expect(
        BadnessFormula.signed.score(figures, totalPages: totalPages) == read["oom_score"], "\(line)")
      checked += 1
    }
    #expect(checked >= 100)
  }

  @Test("accepted and refused texts", arguments: ["oomadj-amd64.txt", "oomadj-i386.txt"])
  func texts(name: String) throws {
    let lines = try Recording(name).lines
    var adjustment = OOMAdjustment(scoreAdjustment: -1)
    var checked = 0
    for (line, next) in zip(lines, lines.dropFirst()) where next.hasPrefix("   now ") {
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      let text = String(parts[1]).replacing("\\n", with: "\n")
      let result = OOMAdjustment.parse(text).flatMap { value in
        line.contains("/oom_adj,")
          ? adjustment.setLegacy(value, isPrivileged: true) : adjustment.set(value, isPrivileged: true)
      }
      let recorded = try #require(Recording.fields(line)["errno"])
      switch result {
      case .success: #expect(recorded == 0, "\(line)")
      case .failure(let error): #expect(Int(error.rawValue) == recorded, "\(line)")
      }
      let read = Recording.fields(next)
      #expect(adjustment.scoreAdjustment == read["oom_score_adj"], "\(line)")
      #expect(adjustment.legacyValue == read["oom_adj"], "\(line)")
      checked += 1
    }
    #expect(checked == 24)
  }

  @Test("without privilege a process may not go below what root set last")
  func privilege() {
    var adjustment = OOMAdjustment()
    #expect(throws: Never.self) { try adjustment.set(300, isPrivileged: false).get() }
    #expect(throws: Never.self) { try adjustment.set(0, isPrivileged: false).get() }
    #expect(throws: ErrorNumber.EACCES) { try adjustment.set(-1, isPrivileged: false).get() }
    #expect(throws: ErrorNumber.EACCES) { try adjustment.setLegacy(-1, isPrivileged: false).get() }
    #expect(throws: Never.self) { try adjustment.set(200, isPrivileged: true).get() }
    #expect(throws: ErrorNumber.EACCES) { try adjustment.set(100, isPrivileged: false).get() }
    #expect(throws: Never.self) { try adjustment.set(-500, isPrivileged: true).get() }
    #expect(throws: Never.self) { try adjustment.set(0, isPrivileged: false).get() }
    #expect(throws: Never.self) { try adjustment.set(-500, isPrivileged: false).get() }
    #expect(adjustment.scoreAdjustment == -500)
  }

  @Test("immune and unkillable processes read 0, a new one 666")
  func limits() {
    let empty = BadnessFigures(residentPages: 1, swapPages: 0, pageTablePages: 7, adjustment: 0)
    #expect(BadnessFormula.signed.score(empty, totalPages: 245_939) == 666)
    #expect(BadnessFormula.signed.score(nil, totalPages: 245_939) == 0)
    var immune = empty
    immune.adjustment = -1000
    #expect(BadnessFormula.signed.badness(immune, totalPages: 245_939) == nil)
    #expect(BadnessFormula.signed.score(immune, totalPages: 245_939) == 0)
  }

  @Test("the older formula counts thousandths of memory")
  func older() {
    let adjusted = { (legacy: Int) in
      BadnessFigures(
        residentPages: 86, swapPages: 0, pageTablePages: 0,
        adjustment: OOMAdjustment.scoreAdjustment(legacy: legacy) ?? 0)
    }
    #expect(BadnessFormula.clamped.score(adjusted(1), totalPages: 1000) == 144)
    #expect(BadnessFormula.clamped.score(adjusted(3), totalPages: 1000) == 262)
  }
}
