// The shell's own commands: which lines are meant for it, and how their names are found.

import Testing

@testable import memsh

@Suite struct DotCommandTests {
  private func line(_ text: String, isTyped: Bool = true) -> [String]? {
    DotLine(text, isTyped: isTyped).map { [$0.name] + $0.operands }
  }

  @Test func leavesTheLanguageAlone() {
    for text in ["print 1", "", "x = .5", "..", "./x", "help = 5", "quit 3", "exit", "a ? b : c", "undo 3"] {
      #expect(line(text) == nil, "\(text)")
    }
    #expect(line("help", isTyped: false) == nil)
  }

  @Test func readsTheirOperands() {
    #expect(line("  .help  malloc ") == ["help", "malloc"])
    #expect(line(".save \"a b.mem\"") == ["save", "a b.mem"])
    #expect(line(".undo 3", isTyped: false) == ["undo", "3"])
    #expect(line(".") == [""])
  }

  @Test func understandsWhatPeopleTypeWithoutTheDot() {
    #expect(line("help malloc") == ["help", "malloc"])
    #expect(line("man malloc") == ["help", "malloc"])
    #expect(
      line("?") == ["help"] && line("? ram") == ["help", "ram"] && line("malloc?") == ["help", "malloc"])
    #expect(line("quit") == ["quit"] && line("undo") == ["undo"])
  }

  @Test func findsThemByTheBeginningsOfTheirNames() throws {
    for command in DotCommands.all { #expect(try DotCommands.command(command.name).name == command.name) }
    #expect(try DotCommands.command("un").name == "undo")
    #expect(try DotCommands.command("hel").name == "help")
    #expect(throws: ShellError("'.o' may be .output, .once")) { try DotCommands.command("o") }
    #expect(throws: ShellError("there is no '.hlep'; did you mean '.help'?")) {
      try DotCommands.command("hlep")
    }
  }

  @Test func eachHasAPage() {
    for command in DotCommands.all {
      #expect(command.page.contains(command.summary) && command.summary.count < 60, "\(command.name)")
      for line in command.page.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
    for line in DotCommands.overview.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }
}
