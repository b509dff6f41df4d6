// What people type first and this language has not: each message says what to write.

import MemScript
import Testing

@Suite("advice") struct AdviceTests {
  @Test(
    "a mistake gives one message, with what to write",
    arguments: [
      ("fre -m", "unknown command `fre`", "did you mean `free`?"),
      ("stress-ng --vm 1", "unknown command `stress-ng`", "process hog"),
      ("man malloc", "unknown command `man`", ".help"), ("htop", "unknown command `htop`", "top -b -n1"),
      ("lscpu", "unknown command `lscpu`", "nproc"), ("gcc x.c", "unknown command `gcc`", "malloc"),
      ("sed -n 1p f", "unknown command `sed`", "awk"),
      ("sudo apt-get update", "unknown command `apt", "nothing is installed"),
      ("x = ps aux", "`ps` is a shell command: its output is a value in `$(...)`", "write `$(ps aux)`"),
      ("x = /proc/meminfo", "a text stands in double quotes", "write `\"/proc/meminfo\"`"),
      ("name=web", "unknown variable `web`", "a text stands in double quotes: `\"web\"`"),
      ("y=", "expected an expression", "`\"\"`"),
      ("sleep 1 &", "a job in the background is not supported", "process NAME"),
      ("time ps", "commands take no time here", "leave `time` out"),
      ("case $x in a) echo;; esac", "`case` stands only in a `switch`", "switch"),
      ("f() { echo x; }", "expected the end of the statement", "func f()"),
      ("while read line; do echo $line; done", "`while read` is not supported", "for line in lines("),
      ("until false; do break; done", "there is no `until`", "while !"),
      ("if [ 1 = 1 ] then echo x; fi", "the shell's condition ends with `; then`", "; then"),
      ("cat *.c", "a file name pattern is not supported", "quote"),
      ("echo \"${x:-5}\"", "`${x:-5}` is not supported", "`${name}`"),
      ("cat <<EOF", "a here-document is not supported", "echo TEXT"),
      ("ps aux | awk '{s+=$2} END {print s}'", "awk's `s` is not modelled", "{print $N"),
      ("echo a >> > /tmp/f", "the name of a file is missing", ""),
      ("p = NULL; p[0] = 1", "a pointer cannot be indexed", "poke(p + i, value)"),
      ("p = NULL; x = *p", "a pointer cannot be dereferenced", "peek(p)"),
      ("fork()", "`fork` needs a name for the child", "process child { ... }"),
      ("waitpid(1, 2, 3)", "unknown function `waitpid`", "$status"),
      ("pthread_create(f)", "unknown function `pthread_create`", "thread NAME"),
      ("struct s { int x; }", "there are no structs", "{\"next\": NULL}"),
      ("p = new char[10]", "there is no `new`", "malloc(size)"),
      ("p = nullptr", "unknown variable `nullptr`", "`NULL`"),
      ("let x = 5", "variables need no word", "write `x = 5`"),
      ("def f(x): return x", "a function is `func name(a, b) { ... }`", ""),
      ("x = 1; if x = 5 { }", "expected `{`, found `=`", "`==` compares"),
      ("x = 1; if x > 0 and x < 2 { }", "expected `{`, found `and`", "write `&&`"),
      ("x := 5", "expected the end of the statement", "write `x = ...`"),
      ("l = [1]; l.append(3)", "values have no members", "push(l, x)"),
      ("for i = 0; i < 3; i++ { print i }", "C's loop has parentheses", "for (i = 0;"),
      ("p = malloc(10 MB)", "expected `,` or `)`", "the unit follows the number"),
      ("p = malloc(10m)", "`m` does not belong to a number", "`M`"),
      ("p = malloc(1); write p 10", "expected the end of the statement", "a comma stands between"),
      ("p = malloc(10M\nwrite p", "expected `,` or `)`", "in line 1 is not closed"),
      ("machine ram=1.3G", "ram=1.3G is not possible", ""),
      ("machine ram=4GB", "accepted is a size without B: 4G", ""),
      ("machine ram=1G, ram=2G", "`ram` is given twice", ""),
      ("machine ram=2G swap=1G", "expected the end of the statement", "a comma stands between settings"),
      ("malloc(\"10M\")", "expected an integer, found a string", "without quotes"),
      ("print 08", "`8` is no octal digit", "leave the 0 out"),
      ("printf \"%d\\n\", 5", "a comma does not separate", "printf("),
      ("x = 1; print x <> 2", "expected an expression", "write `!=`"),
      ("x = $(nosuchthing)", "unknown command `nosuchthing`", ""),
      ("./run.sh", "programs cannot be started by their path", "include"),
      ("#ifdef __x86_64__\n#endif", "depends on the machine", "sizeof(void *)"),
      ("#undef X", "`#undef` is not supported", "name another one"),
      ("if (fork(\"w\") == 0) { }", "`fork` never returns 0", "process child"),
      ("(echo a; echo b)", "a subshell is not supported", "without parentheses"),
      ("echo \"$1\"", "`$1` is not supported", "parameters"),
      ("x = $(nproc); if x == 1 { }", "equals no number", "int(text)"),
      ("string s = \"x\"", "unknown type `string`", "write `s = ...`"),
      ("yes | head -3", "unknown command `yes`", "repeat"), ("m = {a: 1}", "key of a map", "write `\"a\"`"),
      ("pritn 5", "unknown command `pritn`", "`print`"),
      ("awk \"{print \\$2}\" /proc/meminfo", "braces in a text", "single quotes"),
      ("MALLOC_TOP_PAD_=0 free", "expected the end of the statement", "write `export NAME=VALUE`"),
      ("func f() { x = $(return 5) }", "`return` stands only", "a shell of its own"),
      ("r=$(return)", "`return` stands only", ""),
      ("for i in 1 2; do x=$(break); done", "`break` stands only", ""),
      ("$(switch x{case 1:)", "never closed", "`}`"), ("watch watch true", "watch does not watch itself", ""),
      ("throw \"boom\"", "boom", ""), ("import os", "there are no modules", "include"),
      ("goto end", "there is no `goto`", "break"),
    ])
  func oneMessage(text: String, message: String, hint: String) throws {
    let session = try Session { _, _ in }
    guard let diagnostics = session.run(text).failure?.diagnostics else {
      Issue.record("\(text) ran")
      return
    }
    #expect(diagnostics.count == 1, "\(diagnostics.map(\.message))")
    #expect(diagnostics.first?.message.contains(message) == true, "\(diagnostics.map(\.message))")
    #expect(
      hint.isEmpty || diagnostics.first?.hint?.contains(hint) == true,
      "\(diagnostics.first?.hint ?? "no hint")")
  }

  @Test("unknown names are told of in texts that do not parse elsewhere, unless those parts may explain them")
  func unknownNames() throws {
    let session = try Session { _, _ in }
    func messages(_ text: String) -> [String] {
      session.check(SourceText(name: "t", text: text)).map(\.message)
    }
    #expect(
      messages("p = mallok(10)\ny = (").map { $0.prefix(26) } == [
        "unknown function `mallok`", "expected an expression, fo",
      ])
    #expect(messages("print count\ncount = 5 5") == ["expected the end of the statement, found `5`"])
  }

  @Test(
    "warnings say what to write, and nothing else changes",
    arguments: [
      ("for name in [\"a\", \"b\"] { process name { x = 1 } }", "process \"{name}\""),
      ("process db { x = 1 }\ndb = 5\nkill -0 $db", "is the variable, not the process"),
      ("printf(\"%d\\n\", 4G)", "%ld prints all of it"),
      ("printf(\"%d\\n\", 1, 2)", "the format prints 1 value, and 2 follow it"),
    ])
  func warnings(text: String, expected: String) throws {
    let transcript = try Transcript()
    let said = transcript.run(text)
    #expect(said.outcome == .finished)
    #expect(said.said.contains("warning:") && said.said.contains(expected), "\(said.said)")
  }

  @Test("no warning where the variable is the process")
  func noWarning() throws {
    let transcript = try Transcript()
    #expect(
      !transcript.run("web = fork(\"web\")\nprocess web { x = 1 }\nkill -9 $web").said.contains("warning"))
  }
}
