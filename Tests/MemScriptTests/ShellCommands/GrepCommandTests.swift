// grep, in the words and with the lines of GNU grep.

import ScriptLanguage
import Testing

@testable import MemScript

@Suite("grep")
struct GrepCommandTests {
  @Test(
    "options choose lines and how they are printed",
    arguments: [
      ("-c . /proc/swaps", "1\n"),
      ("-E '^(Mem|Swap)Total' /proc/meminfo", "MemTotal:         983756 kB\nSwapTotal:             0 kB\n"),
      ("-io 'SWAPt[a-z]*' /proc/meminfo", "SwapTotal\n"),
      ("-n -m 2 Mem /proc/meminfo", "1:MemTotal:         983756 kB\n2:MemFree:          954532 kB\n"),
      ("-w oom /proc/meminfo", ""),
      ("-x 60 /proc/sys/vm/swappiness", "60\n"),
      ("-x 6 /proc/sys/vm/swappiness", ""),
      ("-F . /proc/sys/vm/swappiness", ""),
      ("-v 60 /proc/sys/vm/swappiness", ""),
      (
        "-c 0 /proc/sys/vm/swappiness /proc/sys/vm/panic_on_oom",
        "/proc/sys/vm/swappiness:1\n/proc/sys/vm/panic_on_oom:1\n"
      ),
      ("-hc 0 /proc/sys/vm/swappiness /proc/sys/vm/panic_on_oom", "1\n1\n"),
      ("-H 60 /proc/sys/vm/swappiness", "/proc/sys/vm/swappiness:60\n"),
      ("-l 60 /proc/sys/vm/swappiness /proc/sys/vm/panic_on_oom", "/proc/sys/vm/swappiness\n"),
      ("-e 7 -e 6 -o /proc/sys/vm/swappiness", "6\n"),
      ("-q 60 /proc/sys/vm/swappiness", ""),
    ])
  func selects(_ line: String, _ output: String) throws {
    let shell = try Shell()
    let printed = try shell.output("grep " + line)
    // What is free depends on the whole simulation: here only the form counts.
    let digits = { (text: String) in String(text.map { $0.isNumber ? "0" : $0 }) }
    #expect(digits(printed) == digits(output))
  }

  @Test("lines around a match, groups apart")
  func context() throws {
    let shell = try Shell()
    let numbers = try shell.output("grep -n -A1 -B1 -E '^(MemFree|Active|Inactive):' /proc/meminfo")
      .lines.map { $0.prefix { $0 != ":" && $0 != "-" } }
    #expect(numbers.map(String.init) == ["1", "2", "3", "", "6", "7", "8", "9"])
    let marks = try shell.output("grep -n -C1 -E '^(Active|Inactive):' /proc/meminfo").lines.map {
      $0.drop { $0.isNumber }.first
    }
    #expect(marks == ["-", ":", ":", "-"])
  }

  @Test("the status tells whether a line was selected")
  func status() throws {
    let shell = try Shell()
    #expect(try shell.run("grep 60 /proc/sys/vm/swappiness").status == 0)
    #expect(try shell.run("grep 61 /proc/sys/vm/swappiness").status == 1)
    #expect(
      try shell.run("grep 60 /proc/nowhere /proc/sys/vm/swappiness")
        == .init(
          output: "/proc/sys/vm/swappiness:60\n", errors: "grep: /proc/nowhere: No such file or directory\n",
          status: 2))
    #expect(try shell.run("grep -s 60 /proc/nowhere") == .init(output: "", errors: "", status: 2))
    #expect(try shell.run("grep 60 /proc").errors == "grep: /proc: Is a directory\n")
  }

  @Test("malformed and enormous patterns are refused")
  func refuses() throws {
    let shell = try Shell()
    #expect(
      try shell.run("grep [ /proc/swaps")
        == .init(output: "", errors: "grep: Invalid regular expression\n", status: 2))
    let nested = { (head: String, tail: String, depth: Int) in
      "'" + String(repeating: head, count: depth) + "x" + String(repeating: tail, count: depth) + "'"
    }
    for pattern in [
      #"'((x{1,255}){1,255}){1,255}'"#, "'x{99999999999999999999}'", nested("(", ")", 8000),
    ] {
      #expect(
        try shell.run("grep -E \(pattern) /proc/swaps").errors == "grep: Regular expression too big\n")
    }
    #expect(try shell.run("grep -cE \(nested("(", "+)", 150)) /proc/swaps").output == "0\n")
    #expect(
      throws: ScriptError(
        "back references such as \\1 in patterns are not modelled",
        kind: .notModelled("back references such as \\1 in patterns"))
    ) {
      try shell.run(#"grep '\(.*\)\1' /proc/swaps"#)
    }
    #expect(try shell.run("grep -A x y /proc/swaps").errors == "grep: x: invalid context length argument\n")
    #expect(try shell.run("grep -m x y /proc/swaps").errors == "grep: invalid max count\n")
    #expect(try shell.run("grep -C 9223372036854775807 Size /proc/swaps").status == 0)
    #expect(throws: ScriptError.self) { try shell.run("grep x") }
    #expect(try shell.run("grep").status == 2)
  }

  @Test("pidof finds the newest first")
  func pidof() throws {
    let shell = try Shell()
    #expect(try shell.output("pidof main") == "\(shell.session.currentProcess.rawValue)\n")
    #expect(try shell.run("pidof nobody") == .init(output: "", errors: "", status: 1))
    #expect(try shell.run("pidof").status == 1)
  }
}
