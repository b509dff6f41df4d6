// A script cannot make the machine's state outgrow its budget.

import MemScript
import ScriptLanguage
import Testing

struct StateBudgetTests {
  @Test("small blocks on a huge machine stop at the budget, with a message that names it")
  func smallBlocks() throws {
    let transcript = try Transcript(machine: "ram=1T", limits: ScriptLimits(stateBytes: 8 << 20))
    let (outcome, said) = transcript.run("while true { malloc(24) }")
    guard case .failed = outcome else {
      Issue.record("ended as \(outcome)")
      return
    }
    #expect(said.contains("more than 8388608 bytes"))
    #expect(said.contains("ScriptLimits.stateBytes"))
  }
}
