// The session as an embedder uses it: commands, values, limits, undo.

import LinuxMemory
import MemScript
import ScriptLanguage
import Testing

struct EmbeddingTests {
  @Test("a command of the host's own gets arguments and returns a value")
  func ownCommand() throws {
    let transcript = try Transcript()
    var seen: [Int64] = []
    try transcript.session.addCommand("double", ["number"], summary: "Doubles.") { (number: Int64) in
      seen.append(number)
      return number * 2
    }
    #expect(transcript.run("print double(21)").said == "42\n")
    #expect(seen == [21])
    #expect(transcript.session.help("double")?.contains("double(number)") == true)
  }

  @Test("variables and the machine's state can be read from outside")
  func readsState() throws {
    let transcript = try Transcript()
    _ = transcript.run("process app { p = malloc 10M; write p, 5M }\nx = $app")
    guard case .integer(let number)? = try transcript.session.value(of: "x") else {
      Issue.record("x has no value")
      return
    }
    let process = try #require(transcript.session.machine.process(ProcessID(Int32(number))))
    #expect(process.residentBytes >= 5 << 20)
    #expect(process.residentBytes < 10 << 20)
  }

  @Test("a step budget ends an endless loop")
  func stepBudget() throws {
    let (outcome, said) = try Transcript(limits: ScriptLimits(steps: 1000)).run("while true { }")
    guard case .failed = outcome else {
      Issue.record("ended as \(outcome)")
      return
    }
    #expect(said.contains("steps"))
  }

  @Test("include is refused unless the host allows it")
  func includePolicy() throws {
    let transcript = try Transcript()
    #expect(transcript.run("include \"other.mem\"").said.contains("not allowed"))
    transcript.session.includeLoader = { path in
      Array((path.hasSuffix("inner.mem") ? "print \"from \(path)\"" : "include \"inner.mem\"").utf8)
    }
    #expect(transcript.run("include \"parts/other.mem\"").said == "from parts/inner.mem\n")
  }

  @Test("undo takes back the machine, the variables and the shell")
  func undo() throws {
    let transcript = try Transcript()
    _ = transcript.run("p = malloc 100M", isInteractive: true)
    let before = transcript.session.machine.process(transcript.session.currentProcess)
    _ = transcript.run("write p; p = 1; cd /proc", isInteractive: true)
    #expect(transcript.session.workingDirectory == "/proc")
    #expect(transcript.session.undo().inputs.count == 1)
    #expect(transcript.session.workingDirectory == "/")
    #expect(transcript.session.machine.process(transcript.session.currentProcess) == before)
    #expect(try transcript.session.value(of: "p") != .integer(1))
    #expect(transcript.session.undo().inputs.count == 1)
    #expect(try transcript.session.value(of: "p") == nil)
    #expect(transcript.session.undo().inputs.isEmpty)
  }

  @Test("settings of the host win over the script's machine statement")
  func overrides() throws {
    let transcript = try Transcript(machine: "ram=2G,swap=0")
    _ = transcript.run("machine ram=512M, thp=never")
    let configuration = transcript.session.machine.configuration
    #expect(configuration.ram == 2 << 30)
    #expect(configuration.transparentHugePages == .never)
  }

  @Test("a setting that cannot be names the key and what is accepted")
  func badSetting() throws {
    let (outcome, said) = try Transcript().run("machine ram=1K")
    guard case .failed = outcome else {
      Issue.record("ended as \(outcome)")
      return
    }
    #expect(said.contains("ram"))
    #expect(said.contains("accepted"))
  }
}
