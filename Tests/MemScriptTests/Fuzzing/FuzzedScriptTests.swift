// A short look for what the long fuzz runs of scripts/fuzz look for: traps, endless work, broken invariants.

import Testing

@Suite("scripts of chance")
struct FuzzedScriptTests {
  @Test("no script traps, and the machine's invariants hold after every statement", arguments: 0..<8)
  func invariants(part: Int) {
    for seed in part * 25..<(part + 1) * 25 {
      var generator = ScriptGenerator(seed: UInt64(seed))
      let script = generator.script()
      guard FuzzedScript.run(script) != nil else { continue }
      let short = FuzzedScript.minimised(script) { FuzzedScript.run($0) != nil }
      Issue.record(
        "seed \(seed): \(FuzzedScript.run(short) ?? "")\nscript:\n\(short.joined(separator: "\n"))")
      return
    }
  }

  @Test("the same seed gives the same script")
  func deterministic() {
    var one = ScriptGenerator(seed: 7)
    var other = ScriptGenerator(seed: 7)
    #expect(one.script() == other.script())
  }

  @Test("the minimiser keeps what is needed and nothing else")
  func minimiser() {
    let short = FuzzedScript.minimised((0..<40).map { "\($0)" }) { $0.contains("3") && $0.contains("31") }
    #expect(short == ["3", "31"])
  }
}
