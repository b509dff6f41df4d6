// echo, cat, cd, pwd and ls.

import ScriptLanguage
import Testing

@testable import MemScript

@Suite("Shell commands on files")
struct FileCommandTests {
  @Test("echo prints its words")
  func echo() throws {
    let shell = try Shell()
    #expect(try shell.output("echo a b  c") == "a b c\n")
    #expect(try shell.output("echo") == "\n")
    #expect(try shell.output("echo -n a") == "a")
    #expect(try shell.output("echo -x a") == "-x a\n")
    #expect(try shell.output("echo -nx a") == "-nx a\n")
    #expect(try shell.output("echo -") == "-\n")
    #expect(try shell.output("echo a -n") == "a -n\n")
  }

  @Test("echo -e interprets escapes as bash does")
  func escapes() throws {
    let shell = try Shell()
    #expect(try shell.output(#"echo -e a\tb\x41\0101\\"#) == "a\tbAA\\\n")
    #expect(try shell.output(#"echo -e a\cb"#) == "a")
    #expect(try shell.output(#"echo -ne a\n"#) == "a\n")
    #expect(try shell.output(#"echo -e \q\"#) == #"\q\"# + "\n")
    #expect(try shell.output(#"echo a\tb"#) == #"a\tb"# + "\n")
    #expect(try shell.output(#"echo -eE a\tb"#) == #"a\tb"# + "\n")
  }

  @Test("writing what the kernel refuses is the shell's error, not the script's")
  func writeErrors() throws {
    let shell = try Shell()
    #expect(
      try shell.run("echo 3 > /proc/sys/vm/overcommit_memory")
        == .init(output: "", errors: "bash: echo: write error: Invalid argument\n", status: 1))
    #expect(
      try shell.run("echo 3 > /proc/foo")
        == .init(output: "", errors: "bash: /proc/foo: No such file or directory\n", status: 1))
    #expect(
      try shell.run("echo 3 > /proc/sys")
        == .init(output: "", errors: "bash: /proc/sys: Is a directory\n", status: 1))
    #expect(try shell.run("echo 3 > /proc/meminfo").errors == "bash: /proc/meminfo: Permission denied\n")
    #expect(try shell.run("echo 3 > /dev/null") == .init(output: "", errors: "", status: 0))
    #expect(throws: ScriptError.self) { try shell.run("echo 3 > /dev/file") }
    #expect(
      try shell.run("echo 3 > /nowhere/file")
        == .init(output: "", errors: "bash: /nowhere/file: No such file or directory\n", status: 1))
    #expect(try shell.run("echo 3 > /tmp/file").status == 0)
    #expect(try shell.run("echo 4 >> /tmp/file").status == 0)
    #expect(try shell.output("cat /tmp/file") == "3\n4\n")
    #expect(try shell.run("echo 1 > /proc/sys/vm/overcommit_memory").status == 0)
    #expect(try shell.output("cat /proc/sys/vm/overcommit_memory") == "1\n")
  }

  @Test("cat prints several files and goes on behind a missing one")
  func cat() throws {
    let shell = try Shell()
    let result = try shell.run("cat /proc/sys/vm/swappiness /proc/foo /proc/sys/vm/panic_on_oom /proc")
    #expect(result.output == "60\n0\n")
    #expect(
      result.errors == "cat: /proc/foo: No such file or directory\ncat: /proc: Is a directory\n")
    #expect(result.status == 1)
    #expect(try shell.output("cat -n /proc/sys/vm/swappiness") == "     1\t60\n")
    #expect(
      try shell.run("cat -Q x").errors
        == "cat: invalid option -- 'Q'\nTry 'cat --help' for more information.\n")
    #expect(throws: ScriptError.self) { try shell.run("cat") }
    #expect(throws: ScriptError.self) { try shell.run("cat -A /proc/swaps") }
    #expect(
      try shell.run("cat /proc/sys/vm/drop_caches").errors
        == "cat: /proc/sys/vm/drop_caches: Permission denied\n")
  }

  @Test("cd makes paths relative")
  func cd() throws {
    let shell = try Shell()
    #expect(try shell.output("pwd") == "/\n")
    try shell.run("cd /proc/sys/vm/../vm/.")
    #expect(try shell.output("pwd") == "/proc/sys/vm\n")
    #expect(try shell.output("cat swappiness ../../sys/vm/panic_on_oom") == "60\n0\n")
    #expect(try shell.run("cd nowhere").errors == "bash: cd: nowhere: No such file or directory\n")
    #expect(try shell.run("cd swappiness").errors == "bash: cd: swappiness: Not a directory\n")
    #expect(try shell.run("cd a b").errors == "bash: cd: too many arguments\n")
    #expect(try shell.output("pwd") == "/proc/sys/vm\n")
    try shell.run("cd")
    #expect(try shell.output("pwd") == "/\n")
    try shell.run("cd /proc/self")
    #expect(try shell.output("cat comm") == "main\n")
    try shell.run("echo 3 > oom_adj")
    #expect(try shell.output("cat oom_score_adj") == "176\n")
  }

  @Test("ls lists names sorted, several directories with headings")
  func ls() throws {
    let shell = try Shell()
    #expect(try shell.output("ls /proc/sys") == "kernel\nvm\n")
    #expect(try shell.output("ls -d /proc/sys") == "/proc/sys\n")
    #expect(try shell.output("ls /proc/sys /proc/swaps") == "/proc/swaps\n\n/proc/sys:\nkernel\nvm\n")
    let result = try shell.run("ls /proc/foo")
    #expect(result.errors == "ls: cannot access '/proc/foo': No such file or directory\n")
    #expect(result.status == 2)
    #expect(try shell.output("ls /proc/self").lines.contains("oom_score_adj"))
    #expect(
      try shell.output("ls /").lines == [
        "dev", "etc", "home", "mnt", "opt", "proc", "root", "run", "srv", "sys", "tmp", "usr", "var",
      ])
  }
}
