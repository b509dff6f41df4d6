// The kernel log: stamps, bounds and rate limits.

import Testing

@testable import LinuxMemory

@Suite("Kernel log")
struct KernelLogTests {
  @Test("lines carry the clock as dmesg prints it")
  func stamps() {
    var log = KernelLog()
    log.append("first", at: 0)
    log.append("Mem-Info:\nactive_anon:0", at: 12_345_678)
    log.append("late", at: 123_456_000_001)
    #expect(
      log.lines.map(\.formatted) == [
        "[    0.000000] first", "[   12.345678] Mem-Info:", "[   12.345678] active_anon:0",
        "[123456.000001] late",
      ])
  }

  @Test("the oldest lines go when the buffer is full")
  func bounds() {
    var log = KernelLog(capacity: 10)
    for number in 0..<100 { log.append("line\(number)", at: 0) }
    #expect(log.lines.map(\.text) == ["line99"])
    #expect(log.writtenLines == 100)
    log.append(String(repeating: "x", count: 100), at: 0)
    #expect(log.lines.count == 1)
    log.clear()
    #expect(log.lines.isEmpty)
  }

  @Test("ten messages in five seconds, then a count of what was held back")
  func rateLimit() {
    var log = KernelLog()
    var limit = RateLimit(function: "__vm_enough_memory")
    var passed = 0
    for step in 0..<452 where limit.allows(at: UInt64(step) * 10, log: &log) { passed += 1 }
    #expect(passed == 10)
    #expect(log.lines.isEmpty)
    let later = limit.allows(at: 6_000_000, log: &log)
    #expect(later)
    #expect(log.lines.map(\.text) == ["__vm_enough_memory: 442 callbacks suppressed"])
  }
}
