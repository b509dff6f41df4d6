// The interactive shell on a real terminal.

import Foundation
import Glibc
import Testing

@Suite struct InteractiveTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func start(
    _ arguments: [String] = [], type: String = "xterm", extra: [String: String] = [:]
  ) throws -> Terminal {
    let environment = ["TERM": type, "HOME": folder.url.path].merging(extra) { $1 }
    let terminal = try Terminal(arguments, environment: environment)
    try terminal.wait(for: "memsh> ")
    return terminal
  }

  @Test(arguments: ["xterm", "dumb", "unknown-terminal"])
  func runsWhatIsEntered(_ type: String) throws {
    let terminal = try start(type: type)
    terminal.enter("print \"hello, {1 + 1}\"")
    try terminal.wait(for: "hello, 2\n")
    try terminal.wait(for: "memsh> ")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func showsValuesAndWhatEachLayerDid() throws {
    let terminal = try start()
    terminal.enter("6 * 7")
    try terminal.wait(for: "\n42\n")
    terminal.enter("p = malloc 100M")
    try terminal.wait(for: "\np = 0x")
    try terminal.wait(for: "glibc")
    try terminal.wait(for: "VSS +100.1 MiB")
    terminal.enter(".trace off")
    terminal.enter("free p")
    terminal.enter("print \"quiet now\"")
    #expect(!(try terminal.wait(for: "\nquiet now").contains("glibc")))
  }

  @Test func asksForTheRestOfABlock() throws {
    let terminal = try start()
    terminal.enter("repeat 2 {")
    try terminal.wait(for: "\nrepeat ...> ")
    terminal.enter("if true {")
    try terminal.wait(for: "\nif ...> ")
    terminal.enter("print \"again\" }")
    try terminal.wait(for: "\nrepeat ...> ")
    terminal.enter("}")
    try terminal.wait(for: "\nagain\nagain\n")
  }

  @Test func goesOnAfterAMistake() throws {
    let terminal = try start()
    terminal.enter("print )")
    try terminal.wait(for: "<input>:1:7: error:")
    try terminal.wait(for: "memsh> ")
    terminal.enter("print 3")
    try terminal.wait(for: "\n3\n")
  }

  @Test func controlCStopsAnEndlessLoop() throws {
    let terminal = try start()
    terminal.enter("print \"begin\"; while true { }")
    try terminal.wait(for: "\nbegin\n")
    terminal.type("\u{3}")
    try terminal.wait(for: "interrupted")
    terminal.enter("print \"alive\"")
    try terminal.wait(for: "\nalive\n")
  }

  @Test func controlCCancelsALineAndABlock() throws {
    let terminal = try start()
    terminal.type("print \"half")
    try terminal.wait(for: "half")
    terminal.type("\u{3}")
    try terminal.wait(for: "^C\nmemsh> ")
    terminal.enter("while true {")
    try terminal.wait(for: "...> ")
    terminal.type("\u{3}")
    try terminal.wait(for: "^C\nmemsh> ")
    terminal.enter("print \"whole\"")
    try terminal.wait(for: "\nwhole\n")
    try terminal.wait(for: "memsh> ")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func tabCompletes() throws {
    let terminal = try start()
    terminal.type("mallo\t\t")
    try terminal.wait(for: "malloc_usable_size")
    terminal.type("\u{15}cat /proc/memi\t")
    try terminal.wait(for: "/proc/meminfo")
    terminal.type("\u{15}mallopt(M_TRIM\t")
    try terminal.wait(for: "M_TRIM_THRESHOLD")
    terminal.type("\u{15}.he\t malloc\r")
    try terminal.wait(for: "malloc(")
  }

  @Test func helpTellsAboutCommands() throws {
    let terminal = try start()
    terminal.enter(".help")
    try terminal.wait(for: "kmalloc")
    try terminal.wait(for: ".undo")
    terminal.enter(".help mallopt")
    try terminal.wait(for: "mallopt(")
    terminal.enter(".help nothing")
    try terminal.wait(for: "there is no help about 'nothing'")
  }

  @Test func undoTakesInputsBack() throws {
    let terminal = try start()
    terminal.enter("x = 1")
    terminal.enter("x = 2")
    terminal.enter("x = 3")
    try terminal.wait(for: "\nx = 3\n")
    terminal.enter(".undo")
    try terminal.wait(for: "took back: x = 3\n")
    terminal.enter("print \"x is {x}\"")
    try terminal.wait(for: "\nx is 2\n")
    terminal.enter(".undo 9")
    try terminal.wait(for: "took back 2 inputs, to: x = 1; that was the first\n")
    terminal.enter(".undo")
    try terminal.wait(for: "nothing to take back\n")
  }

  @Test func deathOfMainLeavesTheShellAlive() throws {
    let terminal = try start()
    terminal.enter("write(16, 1)")
    try terminal.wait(for: "the process main is dead")
    terminal.enter(".undo")
    try terminal.wait(for: "took back")
    terminal.enter("print \"back\"")
    try terminal.wait(for: "\nback\n")
  }

  @Test func leavesByCommandAndByExit() throws {
    let first = try start()
    first.enter(".quit")
    #expect(try first.end() == 0)
    let second = try start()
    second.enter("exit(3)")
    #expect(try second.end() == 3)
  }

  @Test func comesAfterAScriptWithI() throws {
    let script = try folder.write("secret = 41\nprint \"script ran\"", to: "first.mem")
    let terminal = try Terminal(["-i", script], environment: ["TERM": "xterm", "HOME": folder.url.path])
    try terminal.wait(for: "script ran\n")
    try terminal.wait(for: "memsh> ")
    terminal.enter("secret + 1")
    try terminal.wait(for: "\n42\n")
  }

  @Test func survivesAResizedWindow() throws {
    let terminal = try start()
    terminal.type("print \"before ")
    try terminal.wait(for: "before ")
    terminal.resize(columns: 40)
    terminal.send(SIGWINCH)
    terminal.enter("after\"")
    try terminal.wait(for: "before after\n")
  }

  @Test func keepsTheConversationOnTheTerminalWhenOutputIsRedirected() throws {
    let file = folder.url.appendingPathComponent("out").path
    let terminal = try Terminal(
      [], environment: ["TERM": "xterm", "HOME": folder.url.path], redirection: file)
    try terminal.wait(for: "memsh> ")
    terminal.enter("print \"into the file\"")
    try terminal.wait(for: "memsh> ")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains("into the file\n"))
  }
}
