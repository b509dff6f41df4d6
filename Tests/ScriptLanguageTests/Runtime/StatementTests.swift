// What statements do.

import Testing

@testable import ScriptLanguage

@Suite struct StatementTests {
  @Test("Pasted C and shell lines run unchanged")
  func pastedLines() {
    let script = """
      SIZE = 100
      mlock = 0; int *q = malloc(10); char *r; unsigned long n = 3, m;
      mallopt(M_TRIM_THRESHOLD, -1UL)
      p = malloc(1024 * 1024 * SIZE);
      p = (char *)malloc(1024 * 1024 * SIZE);
      swapoff -a
      echo 1 > /proc/sys/vm/overcommit_memory
      cat oom_score
      free(p); free p; free; free -m
      print r, n, m
      """
    #expect(
      Session().lines(script) == [
        "malloc(10)", "mallopt(-1, 18446744073709551615)", "malloc(104857600)", "malloc(104857600)",
        "$ swapoff <-a>",
        "$ echo <1> > /proc/sys/vm/overcommit_memory", "$ cat <oom_score>", "free(20480)", "free(20480)",
        "$ free", "$ free <-m>", "NULL 3 0",
      ])
  }

  @Test("Calls without parentheses")
  func bareCalls() {
    #expect(
      Session().lines(
        "p = malloc 100M\nwrite p + 2 * 1M, 1M\nwrite (p), 4K\nwrite (p + 1)\nx = nop -3; print x")
        == ["malloc(104857600)", "write(2117632, 1048576)", "write(20480, 4096)", "write(20481, -)", "-3"])
  }

  @Test("Loops")
  func loops() {
    let script = """
      for i in 0..<3 { if i == 1 { continue }; print i }
      for i in 2...3 { print i }
      for x in [7, 8] { print x; break }
      i = 0
      while true { i++; if i > 4 { break } }
      repeat 2 { i += 10 }
      print i
      for i in 0..<3 { for j in 0..<3 { if j == 1 { break }; print "{i}{j}" } }
      for k in 5..<5 { print "never" }
      """
    #expect(Session().lines(script) == ["0", "2", "2", "3", "7", "25", "00", "10", "20"])
  }

  @Test("Conditions and their short cuts")
  func conditions() {
    let script = """
      func yes(x) { print "yes {x}"; return true }
      if 0 && yes(1) || yes(2) && !yes(3) { print "then" } else if yes(4) { print "else if" }
      else { print "else" }
      a = yes(5) || yes(6)
      print a
      """
    #expect(Session().lines(script) == ["yes 2", "yes 3", "yes 4", "else if", "yes 5", "true"])
  }

  @Test("Functions have locals, recursion, and globals on request")
  func functions() {
    let script = """
      func fact(n) { if n <= 1 { return 1 }; return n * fact(n - 1) }
      x = 1
      func local() { x = 5; return x }
      func set(v) { global x; x = v; for x in 8..<10 { } }
      func read() { return x }
      print fact(20), local(), x
      set(7)
      print x, read(), even(10)
      func even(n) { return n == 0 ? true : odd(n - 1) }
      func odd(n) { if n == 0 { return false }; return even(n - 1) }
      """
    #expect(Session().lines(script) == ["2432902008176640000 5 1", "9 9 true"])
  }

  @Test("Shell words: quotes, variables, redirection")
  func shellWords() {
    let script = """
      n = 5; dir = "a b"
      echo $n "x {n + 1} $dir" 'y $n' ${n}z a\\ b >> /tmp/$n # comment
      echo "" // comment
      process oom { echo hi }
      kill -9 $oom; echo a;echo b
      if n { echo in-block }
      """
    #expect(
      Session().lines(script) == [
        "$ echo <5> <x 6 a b> <y $n> <5z> <a b> >> /tmp/5", "$ echo <>", "enter oom", "$ echo <hi>", "leave",
        "$ kill <-9> <100>", "$ echo <a>", "$ echo <b>", "$ echo <in-block>",
      ])
  }

  @Test(
    "What shells have and this language has not is refused by name",
    arguments: [
      ("cat a |& cat", "`|&` is not supported"),
      ("cat a | while true; do cat; done", "cannot read what a command writes"),
      ("cat a &", "a job in the background is not supported"),
      ("cat << a", "a here-document is not supported"),
      ("while read x; do cat; done", "`while read` is not supported"),
      ("cat *", "a file name pattern is not supported"),
      ("cat ${x:-5}", "`${x:-5}` is not supported"), ("cat 3> a", "this file descriptor is not supported"),
      ("cat $1", "`$1` is not supported"), ("cat() { echo a; }", "a shell function is not supported"),
      ("cat {a,b}", "an unquoted brace is not supported"),
      ("cat ~/x", "`~` for a home directory is not supported"), ("cat (a)", "a subshell is not supported"),
    ])
  func refused(line: String, message: String) {
    #expect(Session().messages(line).first?.hasSuffix(message) == true, "\(Session().messages(line))")
  }

  @Test("A dead process leaves its blocks, through functions, and the script goes on")
  func blockExit() {
    let script = """
      func deep() { process inner { die "outer" } }
      process outer { x = 1; deep(); x = 2 }
      print x, status
      for i in 0..<2 { process p { if i == 0 { die "p" }; print "alive" } }
      for i in 0..<3 { process q { if i == 1 { break }; continue } }
      func early() { process r { return 5 } }
      print early()
      """
    #expect(
      Session().lines(script) == [
        "enter outer", "enter inner", "leave", "leave", "1 137", "enter p", "leave", "enter p", "alive",
        "leave",
        "enter q", "leave", "enter q", "leave", "enter r", "leave", "5",
      ])
  }

  @Test("The end of main ends the script")
  func exit() {
    #expect(Session().lines("process a { exit 3 }\nprint 1") == ["enter a", "leave", "exited 3"])
  }

  @Test("A failed expect shows both sides and goes on")
  func expect() {
    #expect(
      Session().lines("expect 1 + 1 == 3\nexpect 2 > 5\nexpect false\nexpect 1\nprint \"on\"") == [
        "on", "1:8 expected 3, got 2", "2:8 expected > 5, got 2", "3:8 this expectation does not hold",
      ])
  }

  @Test("machine takes numbers, sizes and words")
  func machine() {
    #expect(
      Session().lines("machine ram=1G, swap=0, arch=i386, kernel=6.1, aslr=off # c\nmachine ram=1.5G,cpus=2")
        == [
          "machine ram=1073741824 swap=0 arch=\"i386\" kernel=\"6.1\" aslr=\"off\"",
          "machine ram=1610612736 cpus=2",
        ])
  }

  @Test("fork takes a bare name, which is a variable from then on")
  func bareNames() {
    #expect(Session().lines("fork child\nprint $child, child") == ["42 42"])
  }

  @Test("include runs a file in place")
  func include() {
    let session = Session()
    session.host.files = ["lib.mem": "func twice(x) { return 2 * x }\ny = 4\n", "loop": "include \"loop\""]
    #expect(session.lines("include \"lib.mem\"\nprint twice(y)") == ["8"])
    #expect(session.messages("include \"none\"") == ["1:9 there is no file `none`"])
    #expect(session.messages("include \"loop\"") == ["1:9 `loop` includes itself"])
  }

  @Test("Interactive statements show values; marks frame statements")
  func interactive() {
    let session = Session()
    session.run("x = 3\nx\nmalloc 5\nfree 3\nfor i in 0..<2 { i; y = i }", interactive: true)
    #expect(session.host.lines == ["x = 3", "3", "malloc(5)", "0x5000", "free(3)"])
    session.host.lines = []
    session.run("if x { y = 1\ny = 2 }", marks: .everyStatement)
    #expect(session.host.lines == ["[1 y = 1", "]", "[2 y = 2", "]"])
    session.host.lines = []
    session.run("process a { y = 1; die \"a\"; y = 2 }\nprint 1 / 0", marks: .topLevel)
    #expect(
      session.host.lines == [
        "[1 process a { y = 1; die \"a\"; y = 2 }", "enter a", "leave", "]", "[2 print 1 / 0", "]",
      ])
  }
}
