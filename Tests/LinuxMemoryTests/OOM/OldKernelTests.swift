// The OOM arithmetic of Linux 3.10.

import Testing

@testable import LinuxMemory

@Suite("OOM killer of Linux 3.10")
struct OldKernelTests {
  func machine(ram: UInt64 = 8 << 30) throws -> Machine {
    var configuration = MachineConfiguration()
    configuration.kernel = .linux310
    configuration.ram = ram
    configuration.transparentHugePages = .never
    var machine = try Machine(configuration: configuration)
    _ = try machine.writeTunable("overcommit_memory", text: "1", by: ProcessID(1)).get()
    return machine
  }

  @Test("8.6 % of memory: 86 at oom_adj 0, 144 at 1, 262 at 3")
  func scores() throws {
    var machine = try machine()
    let process = try machine.spawn(name: "oom").get()
    // The notes' programs were an ordinary user's.
    _ = try machine.setuid(1000, in: process).get()
    #expect(machine.oomScore(of: process) == 0)
    let idle = machine.oomRanking.candidates.first?.badness ?? 0
    let pages = UInt64(machine.badnessTotalPages * 862 / 10_000 - idle)
    let start = try machine.mmap(length: pages << 12, in: process).get()
    try machine.access(start, length: pages << 12, .write, in: process)
    for (adjustment, score) in [("0", 86), ("1", 144), ("3", 262), ("-17", 0), ("15", 1086)] {
      try machine.writeLegacyOOMAdjustment(adjustment, of: process, by: ProcessID(1)).get()
      #expect(machine.oomScore(of: process) == score, "oom_adj \(adjustment)")
    }
  }

  @Test("root's processes are spared 3 % of all memory (adj -= 30 in oom_badness of that version)")
  func rootDiscount() {
    var figures = BadnessFigures(residentPages: 100_000, swapPages: 0, pageTablePages: 200, adjustment: 0)
    #expect(BadnessFormula.clamped.badness(figures, totalPages: 1_000_000) == 100_200)
    figures.isPrivileged = true
    #expect(BadnessFormula.clamped.badness(figures, totalPages: 1_000_000) == 70_200)
    // Since 3.14 the discount is 3 % of its own points, since 4.17 there is none.
    #expect(BadnessFormula.clampedByOwnShare.badness(figures, totalPages: 1_000_000) == 97_194)
    #expect(BadnessFormula.clampedAlike.badness(figures, totalPages: 1_000_000) == 100_200)
    #expect(BadnessFormula.signed.badness(figures, totalPages: 1_000_000) == 100_200)
  }

  @Test("masks have that version's bits, and its words on the state of memory are not borrowed from another")
  func masks() throws {
    #expect(GFPFlags.userPage.reportText(.number(GFPFlags.bitsOfLinux310)) == "0x280da")
    #expect(GFPFlags.swapIn.reportText(.number(GFPFlags.bitsOfLinux310)) == "0x200da")
    #expect(GFPFlags.GFP_KERNEL.reportText(.number(GFPFlags.bitsOfLinux310)) == "0xd0")
    #expect(GFPFlags.GFP_ATOMIC.reportText(.number(GFPFlags.bitsOfLinux310)) == "0x20")
    #expect(
      GFPFlags([.GFP_KERNEL_ACCOUNT, .__GFP_ZERO]).reportText(.number(GFPFlags.bitsOfLinux310), order: 1)
        == "0x3000d0")
    #expect(
      GFPFlags([.GFP_KERNEL_ACCOUNT, .__GFP_ZERO]).reportText(.number(GFPFlags.bitsOfLinux310)) == "0x2084d0")
    var machine = try machine(ram: 1 << 30)
    machine.killOnRequest()
    #expect(machine.log.lines.contains { $0.text == "Mem-Info: not modelled for Linux 3.10" })
    #expect(!machine.log.lines.contains { $0.text.contains("active_anon") })
  }

  @Test("the worst child dies for its parent, in the words of that kernel")
  func child() throws {
    var machine = try machine(ram: 1 << 30)
    let parent = try machine.spawn(name: "shop").get()
    let start = try machine.mmap(length: 2 << 30, in: parent).get()
    try machine.access(start, length: 100 << 20, .write, in: parent)
    let childResult = try machine.fork(parent, name: "cart")
    let child = try childResult.get()
    #expect(throws: FatalSignal.self) { try machine.access(start, length: 2 << 30, .write, in: parent) }
    let lines = machine.log.lines.map(\.text)
    let score = lines.first { $0.hasPrefix("Out of memory: Kill process") } ?? ""
    #expect(score.hasPrefix("Out of memory: Kill process \(parent) (shop) score "))
    #expect(score.hasSuffix(" or sacrifice child"))
    #expect(
      lines.first { $0.hasPrefix("Killed process") }?.hasPrefix("Killed process \(child) (cart) total-vm:")
        == true)
    #expect(machine.oomKiller.history.verdicts.map(\.victim) == [child, parent])
    #expect(machine.oomKiller.history.verdicts.first?.reason == .child(of: parent))
    #expect(lines.contains("shop cpuset=/ mems_allowed=0"))
  }
}
