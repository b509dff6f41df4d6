// --limits: what it accepts, and how a limit that was passed is told.

import Foundation
import Testing

@Suite struct LimitsOptionTests {
  @Test(
    "a limit that is passed is named as it was written",
    arguments: [
      ("steps=1K", "while true { }", "steps"), ("output=3", "malloc_stats()", "output"),
      ("heap=1M", "x = 0..<1000000", "heap"),
      ("state=1M", "while true { process \"a\" { fork \"b\" } }", "state"),
      ("seconds=0.01", "while true { }", "seconds"), ("calls=100", "func f() { return f() }; f()", "calls"),
      ("nesting=3", "x = ((((1))))", "nesting"), ("source=5", "x = 100", "source"),
      ("include=0", "include \"a.mem\"", "include"),
    ])
  func names(limits: String, script: String, key: String) throws {
    let run = try Memsh.run(["--limits", limits, "-c", script])
    #expect(run.status == 1)
    #expect(run.errors.contains("`--limits \(key)=...` sets this limit"), "\(run.errors)")
    #expect(!run.errors.contains("ScriptLimits"))
  }

  @Test("several lists of limits count together; a key that comes twice is refused")
  func several() throws {
    let both = try Memsh.run(["--limits", "steps=10", "--limits", "output=1M", "-c", "while true { }"])
    #expect(both.status == 1)
    #expect(both.errors.contains("steps"))
    let twice = try Memsh.run(["--limits", "steps=10", "--limits", "steps=20", "-c", "x = 1"])
    #expect(twice.status == 2)
    #expect(twice.errors.contains("'steps' is given twice"))
  }

  @Test("output that was cut does not run into the diagnostic")
  func cutOutput() throws {
    let run = try Memsh.shell("$memsh --limits output=1 -c 'print \"hi\"' 2>&1")
    #expect(run.output.hasPrefix("h\n<command>:1:1: error: "))
  }

  @Test("an include that could wait for ever is refused, and check knows includes")
  func includes() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("print \"part\"\n", to: "part.mem")
    _ = try folder.write("include \"part.mem\"\n", to: "whole.mem")
    _ = try folder.write("include \"pipe\"\n", to: "waits.mem")
    #expect(mkfifo(folder.url.appendingPathComponent("pipe").path, 0o600) == 0)
    for verb in [[], ["check"]] {
      #expect(try Memsh.run(verb + ["whole.mem"], directory: folder.url).status == 0)
      let run = try Memsh.run(verb + ["waits.mem"], directory: folder.url)
      #expect(run.status == 1)
      #expect(
        run.errors.contains("pipe: not a regular file") || run.output.contains("pipe: not a regular file"))
    }
  }
}
