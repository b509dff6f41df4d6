// sysctl, uname, nproc, uptime, sync and dmesg.

import ScriptLanguage
import Testing

@testable import MemScript

@Suite("Shell commands on the system")
struct SystemCommandTests {
  @Test("sysctl reads and writes /proc/sys")
  func sysctl() throws {
    let shell = try Shell()
    #expect(try shell.output("sysctl vm.swappiness") == "vm.swappiness = 60\n")
    #expect(try shell.output("sysctl -n vm/swappiness") == "60\n")
    #expect(try shell.output("sysctl -N vm.swappiness") == "vm.swappiness\n")
    #expect(try shell.output("sysctl vm.swappiness=10") == "vm.swappiness = 10\n")
    #expect(try shell.output("sysctl -w 'vm.swappiness = 20'") == "vm.swappiness = 20\n")
    #expect(try shell.output("sysctl -q vm.swappiness=30") == "")
    #expect(try shell.output("cat /proc/sys/vm/swappiness") == "30\n")
    #expect(
      try shell.output("sysctl vm.lowmem_reserve_ratio") == "vm.lowmem_reserve_ratio = 256\t256\t32\t0\t0\n")
    let group = try shell.output("sysctl vm").lines
    #expect(group.first == "vm.admin_reserve_kbytes = 8192")
    #expect(group == group.sorted())
    #expect(try shell.output("sysctl -a").lines.count > group.count)
  }

  @Test("what sysctl refuses")
  func sysctlErrors() throws {
    let shell = try Shell()
    #expect(
      try shell.run("sysctl vm.nope").errors
        == "sysctl: cannot stat /proc/sys/vm/nope: No such file or directory\n")
    #expect(try shell.run("sysctl -e vm.nope").status == 0)
    #expect(
      try shell.run("sysctl vm.swappiness=abc")
        == .init(
          output: "", errors: "sysctl: setting key \"vm.swappiness\": Invalid argument\n", status: 1))
    #expect(
      try shell.run("sysctl vm.swappiness=").errors
        == "sysctl: setting key \"vm.swappiness\": Invalid argument\n")
    #expect(
      try shell.run("sysctl -w vm.swappiness").errors
        == "sysctl: command line(0): invalid syntax, continuing...\n")
  }

  @Test(
    "uname",
    arguments: [
      ("", "x86_64", "6.1.0-50-amd64"), ("arch=i386", "i686", "6.1.0-50-686"),
    ])
  func uname(settings: String, machine: String, release: String) throws {
    let shell = try Shell(settings)
    #expect(try shell.output("uname") == "Linux\n")
    #expect(try shell.output("uname -rm") == "\(release) \(machine)\n")
    #expect(
      try shell.output("uname -a")
        == "Linux (none) \(release) #1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-02) \(machine) GNU/Linux\n"
    )
    #expect(try shell.run("uname -z").status == 1)
    #expect(try shell.output("cat /proc/version").hasPrefix("Linux version \(release) (debian-kernel@"))
  }

  @Test("time since boot")
  func uptime() throws {
    #expect(UptimeText.plain(0) == "0 min\n")
    #expect(UptimeText.plain(65) == " 1:05\n")
    #expect(UptimeText.plain(2 * 1440 + 61) == "2 days,  1:01\n")
    #expect(UptimeText.pretty(0) == "up 0 minutes\n")
    #expect(UptimeText.pretty(11_581) == "up 1 week, 1 day, 1 hour, 1 minute\n")
    #expect(try Shell().output("uptime").hasSuffix(" up 0 min\n"))
  }

  @Test("nproc counts CPUs")
  func nproc() throws {
    #expect(try Shell("cpus=4").output("nproc") == "4\n")
  }

  @Test("dmesg prints the log and clears it")
  func dmesg() throws {
    let shell = try Shell()
    try shell.run("echo 1 > /proc/self/oom_adj")
    let log = try shell.output("dmesg")
    let main = shell.session.currentProcess.rawValue
    let notice =
      "main (\(main)): /proc/\(main)/oom_adj is deprecated, please use /proc/\(main)/oom_score_adj instead."
    #expect(log.lines.last?.hasSuffix("] \(notice)") == true)
    #expect(try shell.output("dmesg -t").lines.last == notice)
    #expect(try shell.output("dmesg -T").lines.last == "[Thu Jan  1 00:00:05 1970] \(notice)")
    #expect(try shell.output("dmesg -c") == log)
    #expect(try shell.output("dmesg") == "")
    #expect(throws: ScriptError(notModelled: "dmesg -H", argument: 0)) { try shell.run("dmesg -H") }
  }
}
