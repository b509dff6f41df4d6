// Pipes, lists, files and output as a value, on a simulated machine.

import LinuxMemory
import MemScript
import Testing

@Suite("shell language") struct ShellLanguageTests {
  /// What a script prints.
  private func output(_ script: String, machine: String = "") throws -> String {
    let transcript = try Transcript(machine: machine)
    let said = transcript.run(script).said
    return transcript.output.isEmpty ? said : transcript.output
  }

  @Test(
    "numbers out of files and commands",
    arguments: [
      ("x = $(nproc); print x + 1, int(x) + 1", "21 3\n"), ("x=$(nproc); echo $((x * 4))", "8\n"),
      (
        "print field(\"/proc/meminfo\", \"SwapTotal\"), type(field(\"/proc/meminfo\", \"MemFree\"))",
        "0 int\n"
      ),
      ("process web { write(malloc(8M)) }; print field(\"/proc/$web/status\", \"VmRSS\") > 8192", "true\n"),
      ("print field(\"/proc/slabinfo\", \"kmalloc-64\", 3), field(\"/proc/vmstat\", \"oom_kill\")", "64 0\n"),
      (
        "try { field(\"/proc/meminfo\", \"MemFre\") } catch e { print e }",
        "no line of /proc/meminfo begins with `MemFre`\n"
      ),
      ("t = $(cat /proc/swaps); print len(lines(t)), split(t)[0]", "1 Filename\n"),
      ("for line in lines($(seq 3)) { print line }", "1\n2\n3\n"), ("print $(echo a; echo b)", "a\nb\n"),
      ("x = \"n is $(nproc) of {1 + 1}\"; print x", "n is 2 of 2\n"),
      ("echo \"`nproc`\" $(echo a b) \"$(echo c d)\"", "2 a b c d\n"),
      ("print $(print 5), $(printf(\"%d\", 6))", "5 6\n"),
      ("func f(n) { print n * 2 }\nprint int($(f(4))) + 1", "9\n"),
    ])
  func values(script: String, expected: String) throws {
    #expect(try output(script, machine: "cpus=2") == expected)
  }

  @Test(
    "pipes and files",
    arguments: [
      ("for i in 3 1 2; do echo $i; done | sort | head -n 2", "1\n2\n"), ("heap | head -n 0; print 1", "1\n"),
      ("print_all = 1; { print 2; print 1 } | sort", "1\n2\n"),
      ("echo hi > /tmp/f; cat /tmp/f; echo ho >> /tmp/f; wc -l < /tmp/f", "hi\n2\n"),
      ("for i in 1 2; do echo $i; done > /tmp/f; cat /tmp/f", "1\n2\n"),
      ("echo x | tee /tmp/a /tmp/b | cat - /tmp/a", "x\nx\n"),
      ("echo 10 | tee /proc/sys/vm/swappiness; cat /proc/sys/vm/swappiness", "10\n10\n"),
      ("cat /proc/nowhere 2> /tmp/e; wc -l < /tmp/e; cat /proc/nowhere 2>/dev/null || echo $?", "1\n1\n"),
      (
        "ls /proc/nowhere > /tmp/o 2>&1; cat /tmp/o",
        "ls: cannot access '/proc/nowhere': No such file or directory\n"
      ),
      (
        "mkdir /tmp/d && touch /tmp/d/x && ls /tmp/d; rmdir /tmp/d; rm /tmp/d/x && rmdir /tmp/d; ls /tmp/d 2>/dev/null || echo gone",
        "x\ngone\n"
      ),
      (
        "echo abc > /tmp/a; cp /tmp/a /tmp/b; mv /tmp/b /tmp/c; cat /tmp/a /tmp/c; [ -e /tmp/b ] || echo moved",
        "abc\nabc\nmoved\n"
      ),
      (
        "dd if=/dev/zero of=/tmp/z bs=1M count=2 2>/dev/null; cp /tmp/z /tmp/y; ls -l /tmp/y | awk '{print $5}'",
        "2097152\n"
      ),
      (
        "echo abc > /tmp/a; truncate -s 2 /tmp/a; cat /tmp/a; echo; truncate -s 1G /tmp/a; try { cat /tmp/a } catch e { print \"no contents\" }",
        "ab\nno contents\n"
      ),
    ])
  func pipes(script: String, expected: String) throws { #expect(try output(script) == expected) }

  @Test("what is written to a file goes through the page cache")
  func pageCache() throws {
    let script = """
      before = field("/proc/meminfo", "Dirty")
      for i in {1..2000}; do echo "line $i of a file"; done > /tmp/f
      print field("/proc/meminfo", "Dirty") - before, field("/proc/meminfo", "Cached") > 0
      """
    // 38,893 bytes: 10 pages.
    #expect(try output(script) == "40 true\n")
  }

  @Test("a failing command says where; set -e and --strict end the script with its status")
  func strict() throws {
    let transcript = try Transcript()
    let script = "print 1\nfree -x > /dev/null\nprint 2\necho 1 > /proc/sys/vm/overcomit_memory\n"
    #expect(transcript.run(script).outcome == .finished)
    #expect(transcript.standardError.contains("test.mem: line 2: free: invalid option -- 'x'"))
    #expect(
      transcript.standardError.contains(
        "test.mem: line 4: /proc/sys/vm/overcomit_memory: No such file or directory"))
    #expect(transcript.standardError.contains("did you mean `/proc/sys/vm/overcommit_memory`?"))
    #expect(try Transcript().run("set -e\n" + script).outcome == .exited(1))
    #expect(
      try Transcript().run("set -e; false || true; ! true; if false; then x=1; fi; false && true; print 1")
        .outcome == .finished)
    #expect(try Transcript().run("set -eo pipefail; cat /proc/nowhere | sort; print 1").outcome == .exited(1))
    #expect(
      try Transcript().run("set -e; cat /proc/nowhere | sort; [ 1 -eq 2 ]; print 1").outcome == .exited(1))
    let strict = try Transcript()
    strict.session.isStrict = true
    #expect(strict.run("grep -q x /proc/swaps; print 1").outcome == .exited(1))
    #expect(strict.output.isEmpty)
  }

  @Test("output is given back whatever ends its command")
  func captures() throws {
    #expect(
      try output("process p { x = 1 }\nprocess p { y = $(echo a; exit 3) }\nprint status; echo b") == "3\nb\n"
    )
    #expect(
      try output("try { x = $(echo a; print 1 / 0) } catch e { print e }; echo b") == "division by zero\nb\n")
  }

  @Test("time, people and names")
  func system() throws {
    #expect(
      try output("sleep 86400; date; date +%s; date +%F; id; id -u; whoami; hostname", machine: "").hasPrefix(
        "Fri Jan  2 00:00:0"))
    #expect(
      try output(
        "a = time(NULL); sleep 1.5; sleep 0.5; print time(NULL) - a; sleep 2 && print time(NULL) - a")
        == "2\n4\n")
    #expect(try output("top -b -n2 -d 5 | grep -c '^top'; watch -t -n 3 nproc") == "2\n1\n1\n")
    #expect(try output("sudo nproc; [ $$ -eq $(pidof main) ] && echo same") == "1\nsame\n")
  }

  @Test(
    "what has no status of its own, statements in lists, and commands that are values (recorded: bash 5.2, gcc 12)",
    arguments: [
      ("false; if sleep 1 2; then echo yes; fi; false; sleep 1m; echo $?", "yes\n0\n"),
      ("i=0; while sleep 1; do i=$((i+1)); [ $i -gt 3 ] && break; done; echo $i", "4\n"),
      ("if write malloc(10); then echo b; fi; usleep 5 && echo c", "b\nc\n"),
      ("print \"x y\" | wc -w; print \"a\" > /tmp/o; cat /tmp/o", "2\na\n"),
      ("x = $(y = 5; print y); print x, y", "5 5\n"),
      ("func f() { x = $(y = 6; echo $y); return x }; print f()", "6\n"),
      ("try { throw \"boom {1 + 1}\" } catch e { print e }", "boom 2\n"),
      ("printf(\"%4s|%-4s|\\n\", \"é\", \"é\"); printf '%4s|\\u00e9\\n' é", "  é|é  |\n  é|é\n"),
      ("truncate -s 3072 /tmp/f; wc -c /tmp/f", "3072 /tmp/f\n"),
      ("printf 'a\\tb\\n' | wc -L; printf x | cat -n | wc -c; seq -w 1.5 10 | head -1", "9\n8\n01.5\n"),
      (
        "mkdir -p /tmp/a/b; rm -r /tmp/a/b/.. 2>&1; ls -d /tmp/a",
        "rm: refusing to remove '.' or '..' directory: skipping '/tmp/a/b/..'\n/tmp/a\n"
      ),
      (
        "#if 0\nprint 1\n#elif defined(X)\nprint 2\n#else\n#define X 1\n#ifdef X\nprint 3\n#else\nprint 4\n#endif\n#endif\n#if X\nprint 5\n#endif\n#if it rains\nprint 6",
        "3\n5\n6\n"
      ),
      ("#if NOBODY\nprint 1\n#elif !NOBODY\nprint 2\n#endif", "2\n"),
      ("int f(int i)\n{ return i\n    + 1; }\nprint f(2)", "3\n"),
      ("for (;;) { continue }", ""),
    ])
  func statuses(text: String, expected: String) throws {
    let transcript = try Transcript()
    if expected.isEmpty {
      transcript.session.limits.steps = 10_000
      guard let diagnostics = transcript.run(text).outcome.failure?.diagnostics else {
        throw Failure.unexpected
      }
      #expect(diagnostics.first?.location.column == 1)
    } else {
      #expect(try output(text) == expected)
    }
  }

  private enum Failure: Error { case unexpected }

  @Test("a user has as many processes as RLIMIT_NPROC lets (setrlimit(2))")
  func processLimit() throws {
    #expect(
      try output(
        "setuid(1000); setrlimit(RLIMIT_NPROC, 2); print fork(\"a\") > 0, fork(\"b\"), errno == EAGAIN")
        == "true -1 true\n")
  }

  @Test("rand is glibc's, one sequence for each process")
  func rand() throws {
    let script = """
      print rand(), rand()
      process a { print rand(); fork b; print rand() }
      process b { print rand() }
      srand(42); print rand(), rand() % 100
      """
    #expect(try output(script) == "1804289383 846930886\n1804289383\n846930886\n846930886\n71876166 40\n")
  }

  @Test("machine alone shows the machine, and an address of one that is gone is warned of")
  func machine() throws {
    #expect(
      try output("machine ram=2G, swap=1G\nmachine").hasPrefix(
        "machine ram=2G, swap=1G, disk=0, arch=x86_64, cpus=1, kernel=6.1, glibc=2.36"))
    #expect(
      try output("machine arch=i386; print sizeof(long), SIZE_MAX, sizeof(void *)") == "4 4294967295 4\n")
    let transcript = try Transcript()
    #expect(
      transcript.run("p = malloc(10)\nmachine ram=512M\nfree p").said.contains(
        "is an address of the machine that was booted away"))
    #expect(
      !transcript.run("p = malloc(10)\nmachine ram=512M\nq = malloc(10)\nfree q").said.contains("booted away")
    )
  }
}
