// What memsh tells the program that started it.

import Testing

@Suite struct ExitStatusTests {
  @Test func isZeroWhenAllWentWell() throws {
    let run = try Memsh.run(["-c", "print 1 + 1"])
    #expect(run.status == 0)
    #expect(run.output == "2\n")
    #expect(run.errors == "")
  }

  @Test func isOneAfterADiagnostic() throws {
    let run = try Memsh.run(["-c", "print 1 +"])
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("<command>:1:"))
  }

  @Test func isOneAfterAFailedExpect() throws {
    let run = try Memsh.run(["-c", "expect 1 == 2; print \"went on\""])
    #expect(run.status == 1)
    #expect(run.output == "went on\n")
    #expect(run.errors.contains("1"))
  }

  @Test(arguments: [
    ["--no-such-option"], ["-c"], ["-c", "print 1", "file"], ["one", "two"], ["--color", "pink"], ["check"],
    ["--machine", "ram", "-c", ""], ["--machine", "wings=2", "-c", ""], ["no-such-file.mem"],
    ["check", "no-such-file.mem"], ["/"],
  ])
  func isTwoWhenCalledWrongly(_ arguments: [String]) throws {
    let run = try Memsh.run(arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("memsh: "))
  }

  @Test func isThatOfMainWhenItExits() throws {
    let run = try Memsh.run(["-c", "exit(7); print \"never\""])
    #expect(run.status == 7)
    #expect(run.output == "")
  }

  @Test func tellsTheSignalThatKilledMain() throws {
    #expect(try Memsh.run(["-c", "write(16, 1)"]).status == 139)
    #expect(try Memsh.run(["-c", "kill -9 $main"]).status == 137)
  }

  @Test func isZeroWhenAnotherProcessDies() throws {
    let run = try Memsh.run(["-c", "process other { write(16, 1) }\nexpect status == 139"])
    #expect(run.status == 0)
  }
}
