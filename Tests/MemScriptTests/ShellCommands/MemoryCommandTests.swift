// free, vmstat, slabtop, swapon, swapoff and the short forms.

import KernelText
import ScriptLanguage
import Testing

@testable import MemScript

@Suite("Shell commands on memory")
struct MemoryCommandTests {
  @Test("free tells /proc/meminfo's numbers")
  func free() throws {
    let shell = try Shell("ram=1G,swap=256M")
    let memory = try #require(MemoryInformation(parsing: shell.output("cat /proc/meminfo")))
    #expect(try shell.output("free") == FreeText().text(memory))
    #expect(try shell.output("free -m") == FreeText(unit: .scaled(exponent: 2)).text(memory))
    #expect(try shell.output("free --mebi -t").lines.count == 4)
    #expect(try shell.output("free -wl").lines.count == 5)
    #expect(try shell.output("free --si") == FreeText().text(memory))
    #expect(
      try shell.run("free -b -m")
        == .init(output: "", errors: "free: Multiple unit options don't make sense.\n", status: 1))
    #expect(
      try shell.run("free -q").errors
        == "free: invalid option -- 'q'\n\nUsage:\n free [options]\n\nFor more details see free(1).\n")
    #expect(
      try shell.run("free 3").errors == "\nUsage:\n free [options]\n\nFor more details see free(1).\n")
    #expect(throws: ScriptError(notModelled: "free -s", argument: 0)) { try shell.run("free -s 1") }
    #expect(try shell.output("free --help").hasPrefix("Usage:\n free [options]\n"))
  }

  @Test("vmstat")
  func vmstat() throws {
    let shell = try Shell("ram=1G,swap=256M")
    let lines = try shell.output("vmstat").lines
    #expect(lines.count == 3)
    #expect(lines[0] == "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----")
    #expect(lines[1] == " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st")
    #expect(lines[2].hasPrefix(" 0  0      0 "))
    #expect(lines[2].hasSuffix("    0    0     -     -    -    -  -  -  -  -  -"))
    let memory = try #require(MemoryInformation(parsing: shell.output("cat /proc/meminfo")))
    let list = try shell.output("vmstat -s").lines
    #expect(list[0] == "\(memory.total.decimal(13)) K total memory")
    #expect(list.last == "            0 pages swapped out")
    #expect(try shell.run("vmstat -S x").errors == "vmstat: -S requires k, K, m or M (default is KiB)\n")
    #expect(try shell.run("vmstat abc").errors == "vmstat: failed to parse argument: 'abc'\n")
    let begin = shell.session.machine.clock
    #expect(try shell.output("vmstat 2 3").lines.count == 5)
    #expect(shell.session.machine.clock - begin == 4_000_000)
    #expect(
      try shell.output("vmstat -m").hasPrefix("Cache                       Num  Total   Size  Pages\n"))
  }

  @Test("slabtop shows what /proc/slabinfo holds")
  func slabtop() throws {
    let shell = try Shell()
    let caches = try #require(SlabInformation(parsing: shell.output("cat /proc/slabinfo"))).caches
    #expect(caches.contains { $0.name == "kmalloc-16" })
    #expect(try shell.output("slabtop -o") == SlabtopText().text(caches))
    #expect(try shell.output("slabtop") == SlabtopText().text(caches))
    #expect(try shell.output("slabtop --sort=n -o") == SlabtopText(order: .name).text(caches))
    #expect(try shell.run("slabtop -z").errors.hasPrefix("slabtop: invalid option -- 'z'\n"))
  }

  @Test("swap areas go on and off")
  func swap() throws {
    let shell = try Shell("ram=1G,swap=256M")
    let on = try shell.output("swapon -s")
    #expect(try on == shell.output("cat /proc/swaps"))
    #expect(on.lines.count == 2)
    #expect(try shell.output("swapon").hasPrefix("NAME "))
    #expect(try shell.output("free").lines[2].fields == ["Swap:", "262140", "0", "262140"])
    try shell.run("swapoff -a")
    #expect(try shell.output("cat /proc/swaps") == SwapTable.header)
    #expect(try shell.output("swapon") == "")
    try shell.run("swapon -a -p 7")
    #expect(try shell.output("swapon --show --noheadings").lines.first?.fields.last == "7")
    try shell.run("swapoff")
    #expect(try shell.output("cat /proc/swaps") == SwapTable.header)
  }

  @Test("what swapon and swapoff refuse")
  func swapErrors() throws {
    let shell = try Shell("ram=1G,swap=256M")
    #expect(
      try shell.run("swapon /nope")
        == .init(output: "", errors: "swapon: cannot open /nope: No such file or directory\n", status: 255))
    let path = try #require(try shell.output("cat /proc/swaps").lines.last?.fields.first)
    #expect(
      try shell.run("swapon \(path)").errors == "swapon: \(path): swapon failed: Device or resource busy\n")
    #expect(try shell.run("swapon -p abc \(path)").errors == "swapon: failed to parse priority: 'abc'\n")
    #expect(
      try shell.run("swapoff /nope")
        == .init(
          output: "", errors: "swapoff: /nope: swapoff failed: No such file or directory\n", status: 4))
    try shell.run("swapoff \(path)")
    #expect(
      try shell.run("swapoff \(path)").errors == "swapoff: \(path): swapoff failed: Invalid argument\n")
  }
}
