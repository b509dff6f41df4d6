// Output: order, colours, closed pipes, help.

import Testing

@Suite struct OutputTests {
  @Test func keepsTheOrderOfOutputAndDiagnostics() throws {
    let run = try Memsh.shell("\"$memsh\" -c 'print 1; expect 1 == 2; print 3; print [1][9]' 2>&1")
    let one = try #require(run.output.range(of: "1\n"))
    let error = try #require(run.output.range(of: "error:"))
    #expect(one.lowerBound < error.lowerBound)
  }

  @Test(arguments: ["", "trap '' PIPE; "])
  func endsQuietlyWhenNobodyReads(_ preparation: String) throws {
    let run = try Memsh.shell(
      preparation + "(\"$memsh\" -c 'for i in 0..<100000 { print i }'; echo \"status $?\" >&2) | head -n 1")
    #expect(run.output == "0\n")
    #expect(run.errors == "status 141\n")
  }

  @Test func saysWhenADiskIsFull() throws {
    let run = try Memsh.shell("\"$memsh\" -c 'print 1' >/dev/full")
    #expect(run.status == 1)
    #expect(run.errors == "memsh: write error: No space left on device\n")
  }

  @Test func coloursOnlyWhereWanted() throws {
    let escape = "\u{1B}["
    let script = ["-c", "print )"]
    #expect(!(try Memsh.run(script).errors.contains(escape)))
    #expect(!(try Memsh.run(["--color", "never"] + script).errors.contains(escape)))
    #expect(try Memsh.run(["--color", "always"] + script).errors.contains(escape))
    #expect(
      try Memsh.run(["--color=always"] + script, environment: ["NO_COLOR": "1"]).errors.contains(escape))
  }

  @Test func tracesOnlyWhenAsked() throws {
    let script = ["-c", "p = malloc 100M"]
    #expect(try Memsh.run(script).output == "")
    #expect(try Memsh.run(["--trace"] + script).output.contains("glibc"))
  }

  @Test func explainsItself() throws {
    let help = try Memsh.run(["--help"])
    #expect(help.status == 0)
    for word in ["-c", "-i", "--machine", "--trace", "--color", "--version", "check", "Exit status"] {
      #expect(help.output.contains(word), "--help does not tell about \(word)")
    }
    #expect(try Memsh.run(["check", "--help"]).output.contains("memsh check"))
    #expect(try Memsh.run(["--version"]).output.hasPrefix("memsh "))
  }
}
