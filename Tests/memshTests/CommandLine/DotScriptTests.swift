// Commands to the shell in files and pipes.

import Foundation
import Testing

@Suite struct DotScriptTests {
  @Test func workInPipes() throws {
    let run = try Memsh.run(
      [], input: "x = 1\n.checkpoint a\nx = 2\nprint x\n.restore a\nprint x\n.undo\nprint x\n")
    #expect(run.output == "2\n1\ntook back: .restore a\n2\n" && run.status == 0)
    #expect(try Memsh.run([], input: ".help malloc\n").output.contains("malloc(size)"))
    #expect(try Memsh.run([], input: "print 1\n.quit\nprint 2\n").output == "1\n")
  }

  @Test func diagnosticsNameTheirLines() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("x = 1\n.checkpoint a\n\nprint y\n", to: "a.mem")
    let run = try Memsh.run([file])
    #expect(run.errors.contains("a.mem:4:7: error: unknown variable `y`") && run.status == 1)
    #expect(try Memsh.run([], input: ".nonsense\nprint 1\n").status == 1)
  }

  @Test func aDotInsideABlockBelongsToTheLanguage() throws {
    let run = try Memsh.run([], input: "if true {\n.5\n}\n")
    #expect(run.status == 1 && !run.errors.contains("there is no '.5'"))
    #expect(try Memsh.run([], input: "print 1\n  .5 + 1\n").errors.contains("error"))
  }

  @Test func savedScriptsReplayFailuresAndDeaths() throws {
    let folder = try TemporaryFolder()
    let saved = folder.url.appendingPathComponent("s.mem").path
    let terminal = try Terminal(environment: ["TERM": "dumb", "HOME": folder.url.path])
    try terminal.wait(for: "memsh> ")
    let inputs = [
      "p = malloc(5000); print [1][9]", ".process web", "q = malloc(100)", "write(16, 1)", "kmalloc(100)",
      "r = 5",
      "write(16, 1)", "kmalloc(200)", "cat /proc/meminfo /proc/slabinfo; ps aux; print r",
    ]
    for input in inputs.dropLast() {
      terminal.enter(input)
      try terminal.wait(for: "> ")
    }
    terminal.enter(".save \(saved)")
    try terminal.wait(for: "> ")
    terminal.enter(".once \(saved).state")
    try terminal.wait(for: "> ")
    terminal.enter(inputs[inputs.count - 1])
    try terminal.wait(for: "> ")
    terminal.enter(".quit")
    #expect(try terminal.end() == 0)
    let script = try String(contentsOfFile: saved, encoding: .utf8)
    #expect(script.hasPrefix(".bail off\np = malloc(5000); print [1][9]\n.step\n.process web\n"))
    let state = try String(contentsOfFile: saved + ".state", encoding: .utf8)
    let again = try Memsh.run([], input: script + ".step\n" + inputs[inputs.count - 1] + "\n")
    #expect(again.output == state && state.contains("MemFree"))
  }

  @Test func readNestsOnlySoDeep() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("print 1\n.read \(folder.url.path)/a.mem\n", to: "a.mem")
    let run = try Memsh.run([file])
    #expect(run.errors.contains("'.read' nests deeper than 16"))
    #expect(try Memsh.run([], input: ".read /nowhere.mem\n").errors.contains("No such file"))
  }
}
