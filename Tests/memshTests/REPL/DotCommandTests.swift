// The REPL's own commands.

import Testing

@testable import memsh

@Suite struct DotCommandTests {
  @Test func leavesTheLanguageAlone() {
    #expect(DotCommand("print 1") == nil)
    #expect(DotCommand("") == nil)
    #expect(DotCommand("x = .5") == nil)
  }

  @Test func readsTheirOperands() {
    #expect(DotCommand(".help") == .help(topic: nil))
    #expect(DotCommand("  .help  malloc ") == .help(topic: "malloc"))
    #expect(DotCommand(".quit") == .quit)
    // What is typed without the dot, as long as it is nothing else.
    #expect(DotCommand("help malloc") == .help(topic: "malloc") && DotCommand("quit") == .quit)
    #expect(DotCommand("help = 5") == nil && DotCommand("quit 3") == nil)
    #expect(DotCommand(".undo") == .undo(count: 1))
    #expect(DotCommand(".undo 3") == .undo(count: 3))
    #expect(DotCommand(".trace off") == .trace(on: false))
  }

  @Test(arguments: [".undo 0", ".undo x", ".undo 1 2", ".trace", ".trace maybe", ".quit now", ".helpme", "."])
  func namesMistakes(_ input: String) {
    guard case .mistake? = DotCommand(input) else {
      Issue.record("'\(input)' was taken for \(String(describing: DotCommand(input)))")
      return
    }
  }
}
