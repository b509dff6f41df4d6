// Where statements come from: arguments, files, standard input.

import Foundation
import Testing

@Suite struct ScriptSourceTests {
  @Test func isStandardInputWithoutArguments() throws {
    let run = try Memsh.run([], input: "print \"from a pipe\"\n")
    #expect(run.output == "from a pipe\n")
    #expect(try Memsh.run(["-"], input: "print \"from a pipe\"\n").output == "from a pipe\n")
  }

  @Test func isAFileRelativeToTheCurrentFolder() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("print \"from a file\"", to: "scripts/hello.mem")
    let run = try Memsh.run(["scripts/hello.mem"], directory: folder.url)
    #expect(run.output == "from a file\n")
  }

  @Test func includesFilesRelativeToTheFileThatNamesThem() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("include \"parts/part.mem\"", to: "whole.mem")
    _ = try folder.write("print \"from the part\"", to: "parts/part.mem")
    let run = try Memsh.run(["\(folder.url.path)/whole.mem"])
    #expect(run.output == "from the part\n")
    #expect(run.errors == "")
  }

  @Test func namesAMissingInclude() throws {
    let run = try Memsh.run(["-c", "include \"missing.mem\""])
    #expect(run.status == 1)
    #expect(run.errors.contains("missing.mem"))
    #expect(run.errors.contains("No such file or directory"))
  }

  @Test func machineOptionWinsOverTheScript() throws {
    let script = "machine ram=1G, swap=0\nfree -m"
    let plain = try Memsh.run(["-c", script])
    let larger = try Memsh.run(["--machine", "ram=4G", "-c", script])
    #expect(plain.status == 0)
    #expect(larger.status == 0)
    #expect(plain.output != larger.output)
  }

  @Test func hasNoEndThatMattersToALimit() throws {
    let run = try Memsh.run(["/dev/zero"])
    #expect(run.status == 1)
    #expect(run.errors.contains("/dev/zero"))
  }
}

@Suite struct CheckTests {
  @Test func reportsMistakesInAllFilesWithoutRunning() throws {
    let folder = try TemporaryFolder()
    let good = try folder.write("print \"never printed\"", to: "good.mem")
    let bad = try folder.write("x = (1 +\nprint \"never\"", to: "bad.mem")
    #expect(try Memsh.run(["check", good]).status == 0)
    let run = try Memsh.run(["check", good, bad])
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.contains("bad.mem:"))
  }

  @Test func goesOnBehindAFileThatCannotBeRead() throws {
    let folder = try TemporaryFolder()
    let bad = try folder.write("print )", to: "bad.mem")
    let run = try Memsh.run(["check", "missing.mem", bad])
    #expect(run.status == 2)
    #expect(run.errors.contains("missing.mem: No such file or directory"))
    #expect(run.errors.contains("bad.mem:1:"))
  }
}
