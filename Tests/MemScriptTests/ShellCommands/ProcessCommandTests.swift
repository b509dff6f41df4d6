// ps, pmap, kill, choom and ulimit.

import ScriptLanguage
import Testing

@testable import MemScript

@Suite("Shell commands on processes")
struct ProcessCommandTests {
  @Test("ps prints the processes in the formats of procps-ng")
  func ps() throws {
    let shell = try Shell()
    let main = shell.session.currentProcess.rawValue
    #expect(
      try shell.output("ps")
        == "  PID TTY          TIME CMD\n    1 ?        00:00:00 init\n\(main.decimal(5)) ?        00:00:00 main\n"
    )
    let user = try shell.output("ps aux").lines
    #expect(user[0] == "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND")
    #expect(user[1].hasPrefix("root         1  0.0  0."))
    #expect(user[2].hasSuffix(" ?        S    00:00   0:00 main"))
    #expect(
      try shell.output("ps -o pid,min_flt,maj_flt,oom,oomadj,trs,drs,stat,tty,user,comm,args -p 1").lines[0]
        == "  PID  MINFL  MAJFL  OOM OOMADJ TRS   DRS STAT TT       USER     COMMAND         COMMAND")
    #expect(
      try shell.output("ps -f -p 1").lines[0] == "UID        PID  PPID  C STIME TTY          TIME CMD")
    #expect(
      try shell.output("ps v").lines[0]
        == "  PID TTY      STAT   TIME  MAJFL   TRS   DRS   RSS %MEM COMMAND")
    #expect(try shell.output("ps -eo pid=,comm=") == "    1 init\n\(main.decimal(5)) main\n")
    #expect(try shell.output("ps -eo pid=X").lines[0] == "    X")
    #expect(try shell.output("ps --sort=-pid -eo pid=") == "\(main.decimal(5))\n    1\n")
    #expect(try shell.output("ps -C main -o comm= ") == "main\n")
  }

  @Test("what ps refuses")
  func psErrors() throws {
    let shell = try Shell()
    #expect(
      try shell.run("ps -p 30000") == .init(output: "  PID TTY          TIME CMD\n", errors: "", status: 1))
    #expect(
      try shell.run("ps -o foo").errors.hasPrefix("error: unknown user-defined format specifier \"foo\"\n\n"))
    #expect(try shell.run("ps -Y").errors.hasPrefix("error: unsupported SysV option\n"))
    #expect(try shell.run("ps y").errors.hasPrefix("error: unsupported option (BSD syntax)\n"))
    #expect(try shell.run("ps --foo").errors.hasPrefix("error: unknown gnu long option\n"))
    #expect(try shell.run("ps -p abc").errors.hasPrefix("error: process ID list syntax error\n"))
    #expect(try shell.run("ps -o").errors.hasPrefix("error: format specification must follow -o\n"))
    #expect(throws: ScriptError(notModelled: "ps -l", argument: 0)) { try shell.run("ps -l") }
  }

  @Test("pmap sums up to the process's size")
  func pmap() throws {
    let shell = try Shell()
    let main = shell.session.currentProcess.rawValue
    let lines = try shell.output("pmap \(main)").lines
    #expect(lines[0] == "\(main):   main")
    let sizes = lines.dropFirst().dropLast().compactMap { Int($0.fields[1].dropLast()) }
    let total = sizes.reduce(0, +)
    #expect(lines.last == " total \(total.decimal(16))K")
    let status = try shell.output("cat /proc/self/status").lines.first { $0.hasPrefix("VmSize:") }
    #expect(status?.fields[1] == String(total))
    let extended = try shell.output("pmap -x \(main)").lines
    #expect(extended[1] == "Address           Kbytes     RSS   Dirty Mode  Mapping")
    #expect(extended[extended.count - 2] == "---------------- ------- ------- ------- ")
    #expect(extended.last?.hasPrefix("total kB         \(total.decimal(7)) ") == true)
    #expect(try shell.run("pmap 30000") == .init(output: "", errors: "", status: 42))
    #expect(try shell.run("pmap abc").status == 1)
  }

  @Test("kill")
  func kill() throws {
    let shell = try Shell()
    #expect(try shell.run("kill -9 30000").errors == "bash: kill: (30000) - No such process\n")
    #expect(
      try shell.run("kill abc").errors == "bash: kill: abc: arguments must be process or job IDs\n")
    #expect(try shell.run("kill -FOO 1").errors == "bash: kill: FOO: invalid signal specification\n")
    #expect(try shell.run("kill").errors.hasPrefix("kill: usage: kill [-s sigspec"))
    #expect(try shell.output("kill -l 9") == "KILL\n")
    #expect(try shell.output("kill -l SIGTERM") == "15\n")
    #expect(try shell.output("kill -l 137") == "KILL\n")
    #expect(
      try shell.output("kill -l").lines[0] == " 1) SIGHUP\t 2) SIGINT\t 3) SIGQUIT\t 4) SIGILL\t 5) SIGTRAP")
    #expect(try shell.run("kill -0 \(shell.session.currentProcess.rawValue)").status == 0)
  }

  @Test("choom reads and sets the adjustment")
  func choom() throws {
    let shell = try Shell()
    let main = shell.session.currentProcess.rawValue
    #expect(
      try shell.output("choom -p \(main)").lines[1]
        == "pid \(main)'s current OOM score adjust value: 0")
    #expect(
      try shell.output("choom -p \(main) -n 500")
        == "pid \(main)'s OOM score adjust value changed from 0 to 500\n")
    #expect(try shell.output("cat /proc/self/oom_score_adj") == "500\n")
    #expect(
      try shell.run("choom -p \(main) -n 1001").errors
        == "choom: failed to set score adjust value: Invalid argument\n")
    #expect(try shell.run("choom -p \(main) -n x").errors == "choom: invalid adjust argument: 'x'\n")
    #expect(
      try shell.run("choom -p 30000").errors
        == "choom: failed to read OOM score value: No such file or directory\n")
    #expect(try shell.run("choom").status == 1)
  }

  @Test("ulimit shows and sets limits in KiB")
  func ulimit() throws {
    let shell = try Shell()
    #expect(try shell.output("ulimit -v") == "unlimited\n")
    #expect(try shell.output("ulimit -s") == "8192\n")
    #expect(try shell.run("ulimit -v 1000000").status == 0)
    #expect(try shell.output("ulimit -v") == "1000000\n")
    #expect(
      try shell.output("ulimit -s -v")
        == "stack size                  (kbytes, -s) 8192\nvirtual memory              (kbytes, -v) 1000000\n"
    )
    let all = try shell.output("ulimit -a").lines
    #expect(all[0] == "real-time non-blocking time  (microseconds, -R) unlimited")
    #expect(all[1] == "core file size              (blocks, -c) 0")
    #expect(all[3] == "scheduling priority                 (-e) 0")
    #expect(all[9] == "pipe size                (512 bytes, -p) 8")
    #expect(try shell.run("ulimit -v abc").errors == "bash: ulimit: abc: invalid number\n")
    #expect(
      try shell.run("ulimit -v 99999999999999999999").errors
        == "bash: ulimit: 99999999999999999999: limit out of range\n")
    #expect(try shell.run("ulimit -Z").errors.hasPrefix("bash: ulimit: -Z: invalid option\nulimit: usage: "))
    #expect(try shell.run("cat /proc/self/limits").output.contains("Max address space         1024000000 "))
  }

  @Test("a dead child of a living process is a zombie until somebody waits for it")
  func zombie() throws {
    let shell = try Shell()
    let child = try shell.session.machine.fork(shell.session.currentProcess, name: "child").get()
    #expect(try shell.output("ps -o stat=,comm= -p \(child)") == "S    child\n")
    #expect(try shell.run("kill \(child)").status == 0)
    #expect(
      try shell.output("ps -o stat=,comm=,rss=,vsz= -p \(child)") == "Z    child <defunct>     0      0\n")
    #expect(try shell.output("cat /proc/\(child)/status").contains("State:\tZ (zombie)\n"))
    #expect(try shell.output("cat /proc/\(child)/maps /proc/\(child)/smaps /proc/\(child)/cmdline") == "")
    #expect(try shell.output("cat /proc/\(child)/statm") == "0 0 0 0 0 0 0\n")
    #expect(try shell.output("cat /proc/\(child)/stat").fields.last == "15\n")
    #expect(try shell.run("kill \(child)").status == 0)
    #expect(throws: ScriptError.self) { try shell.run("kill -STOP \(child)") }
  }

  @Test("pages that fork shared count half in each process")
  func sharedPages() throws {
    let shell = try Shell()
    let child = try shell.session.machine.fork(shell.session.currentProcess, name: "child").get()
    let before = try shell.output("cat /proc/\(child)/smaps_rollup").lines
    let amounts = Dictionary(
      uniqueKeysWithValues: before.dropFirst().map { ($0.fields[0], Int($0.fields[1]) ?? -1) })
    let resident = try #require(amounts["Rss:"])
    #expect(resident > 0)
    #expect(amounts["Pss:"] == resident / 2)
    #expect(amounts["Shared_Dirty:"] == amounts["Anonymous:"])
    #expect(amounts["Private_Dirty:"] == 0)
    // The recording's child after fork shows the same: all of its anonymous memory shared and dirty.
    let lines = try shell.output("cat /proc/\(child)/smaps").lines.filter { $0.hasPrefix("Pss:") }
    let sum = lines.compactMap { Int($0.fields[1]) }.reduce(0, +)
    #expect(sum <= resident / 2)
  }
}
