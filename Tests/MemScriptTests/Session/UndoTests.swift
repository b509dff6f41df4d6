// Taking inputs back, over and over.

import MemScript
import ScriptLanguage
import Testing

struct UndoTests {
  @Test("inputs that are taken back leave nothing on the heap")
  func heap() throws {
    let transcript = try Transcript(limits: ScriptLimits(heapBytes: 4 << 20))
    #expect(transcript.run("if true { l = 0..<50000 }", isInteractive: true).outcome == .finished)
    for round in 0..<20 {
      #expect(transcript.run("x = 1", isInteractive: true).outcome == .finished, "round \(round)")
      #expect(transcript.session.undo().inputs == ["x = 1"])
    }
    #expect(transcript.run("print \"a{len(l)}\"", isInteractive: true).said.hasPrefix("a50000\n"))
  }

  @Test("a function that is taken back has its texts, whatever was collected meanwhile")
  func constants() throws {
    let transcript = try Transcript(limits: ScriptLimits(heapBytes: 8 << 20))
    let texts = (0..<50).map { "\"text \($0) of the first f\"" }.joined(separator: ", ")
    #expect(transcript.run("func f() { return [\(texts)] }", isInteractive: true).outcome == .finished)
    #expect(transcript.run("func f() { return 2 }", isInteractive: true).outcome == .finished)
    let waste = "if true { for i in 0..<200000 { s = \"{i} {i} {i} {i}\" } }"
    #expect(transcript.run(waste, isInteractive: true).outcome == .finished)
    for _ in 0..<2 { #expect(transcript.session.undo().inputs.count == 1) }
    #expect(transcript.run(waste, isInteractive: true).outcome == .finished)
    let said = transcript.run("print f()", isInteractive: true).said
    #expect(said.hasPrefix("[\(texts)]\n"))
  }

  @Test("a state that has grown too large can be left by undo, whatever was tried meanwhile")
  func tooLarge() throws {
    let transcript = try Transcript(limits: ScriptLimits(stateBytes: 4 << 20))
    let before = transcript.session.machine
    #expect(transcript.run("x = 1", isInteractive: true).outcome == .finished)
    let growth = "for i in 0..<3000000 { p = mmap(0, 4K); write p, 1; mmap(0, 4K, PROT_READ) }"
    for input in [growth, "print x", "write p, 1"] {
      if case .finished = transcript.run(input, isInteractive: true).outcome { Issue.record("went on") }
    }
    #expect(transcript.session.undo().inputs == [growth])
    #expect(transcript.session.machine == before)
    #expect(transcript.run("print x", isInteractive: true).said.hasPrefix("1\n"))
  }
}
