// The history of inputs and its file; Readline's own settings.

import Foundation
import Glibc
import Testing

@Suite struct HistoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func start(_ extra: [String: String]) throws -> Terminal {
    let terminal = try Terminal(environment: ["TERM": "xterm"].merging(extra) { $1 })
    try terminal.wait(for: "memsh> ")
    return terminal
  }

  /// Leaves after an input; Ctrl-D counts only once the shell asks for the next one.
  private func leave(_ terminal: Terminal) throws {
    try terminal.wait(for: "memsh> ")
    terminal.type("\u{15}\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func lastsFromOneShellToTheNext() throws {
    let state = ["XDG_STATE_HOME": folder.url.path]
    let first = try start(state)
    first.enter("repeat 1 {")
    try first.wait(for: "...> ")
    first.enter("print \"remember me\" }")
    try first.wait(for: "\nremember me\n")
    try leave(first)
    let file = folder.url.appendingPathComponent("memsh/history").path
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains("remember me"))

    let second = try start(state)
    second.type("\u{1B}[A")
    try second.wait(for: "print \"remember me\" }")
    second.type("\r")
    try second.wait(for: "\nremember me\n")
    try leave(second)
  }

  @Test func liesUnderTheHomeFolderOtherwise() throws {
    let terminal = try start(["HOME": folder.url.path])
    terminal.enter("print 1")
    try terminal.wait(for: "\n1\n")
    try leave(terminal)
    #expect(
      FileManager.default.fileExists(
        atPath: folder.url.appendingPathComponent(".local/state/memsh/history").path))
  }

  @Test(arguments: ["/proc/nowhere", "/dev/null", "relative/folder"])
  func doesWithoutAFileWhereItCannotBeWritten(_ place: String) throws {
    let terminal = try start(["XDG_STATE_HOME": place])
    terminal.enter("print \"still fine\"")
    try terminal.wait(for: "\nstill fine\n")
    try terminal.wait(for: "memsh> ")
    terminal.type("\u{1B}[A\r")
    try terminal.wait(for: "\nstill fine\n")
    try leave(terminal)
  }

  @Test func respectsInputrc() throws {
    let inputrc = try folder.write(
      "$if memsh\n\"\\C-x\\C-h\": \"print \\\"bound key\\\"\\C-m\"\n$endif\n", to: "inputrc")
    let terminal = try start(["INPUTRC": inputrc, "XDG_STATE_HOME": folder.url.path])
    terminal.type("\u{18}\u{8}")
    try terminal.wait(for: "\nbound key\n")
    try leave(terminal)
  }
}
