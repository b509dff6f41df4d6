// Scripts of chance by seeds, until a time is over; a crash names its seed, anything else its shortest script.

import Glibc

/// The loop of the target `scripts`.
enum ScriptsOfChance {
  /// Runs scripts for MEMSH_FUZZ_SECONDS from the seed MEMSH_FUZZ_SEED on, and ends the program.
  static func run() -> Never {
    let seconds = number("MEMSH_FUZZ_SECONDS", or: 60)
    let first = number("MEMSH_FUZZ_SEED", or: 1)
    let end = time(nil) + seconds
    var seed = first
    var findings = 0
    while time(nil) < end {
      // A trap ends the program: the last seed on the screen is the one.
      if (seed - first).isMultiple(of: 100) { say("seed \(seed), \(findings) findings\n") }
      setenv("MEMSH_FUZZ_LAST_SEED", "\(seed)", 1)
      var generator = ScriptGenerator(seed: UInt64(bitPattern: Int64(seed)))
      let script = generator.script()
      let before = clock()
      let problem = FuzzedScript.run(script)
      let milliseconds = (clock() - before) * 1000 / Int(CLOCKS_PER_SEC)
      if let problem {
        findings += 1
        let short = FuzzedScript.minimised(script) { FuzzedScript.run($0) != nil }
        print("FINDING seed \(seed): \(problem)\n\(short.joined(separator: "\n"))\n")
      } else if milliseconds > 1000 * script.count / 2 {
        findings += 1
        print(
          "SLOW seed \(seed): \(milliseconds) ms for \(script.count) statements\n\(script.joined(separator: "\n"))\n"
        )
      }
      seed += 1
    }
    print("scripts: \(seed - first) executions from seed \(first), \(findings) findings")
    exit(findings == 0 ? 0 : 1)
  }

  private static func number(_ variable: String, or preset: Int) -> Int {
    getenv(variable).flatMap { Int(String(cString: $0)) } ?? preset
  }
}
