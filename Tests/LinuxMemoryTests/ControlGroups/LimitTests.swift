// The texts of limits, and the sleeps above memory.high.

import Testing

@testable import LinuxMemory

@Suite struct LimitTests {
  @Test(
    "what is written to a file of limits reads back as a real 6.1 kernel has it",
    arguments: [
      ("max", "max"), ("100M", "104857600"), ("104857601", "104857600"), ("0", "0"), ("4095", "0"),
      ("1G\n", "1073741824"), ("5T", "5497558138880"), ("\n", "0"), (" 8k ", "8192"), ("0x10000", "65536"),
      ("99999999999999999999", "7766279631452237824"), ("16E", "0"), ("9E", "max"), ("017777", "4096"),
    ])
  func accepted(text: String, reads: String) throws {
    #expect(LimitText.text(try LimitText.parse(text, unlimited: "max").get()) == reads)
  }

  @Test(
    "what is no size is EINVAL", arguments: ["1.5M", "-1", "abc", "10M 5", "M1", "100MB", "max 1", "1 M"])
  func refused(text: String) {
    #expect(LimitText.parse(text, unlimited: "max") == .failure(.EINVAL))
  }

  @Test("flags are whole numbers of 32 bits")
  func integers() {
    #expect(LimitText.parseInteger("1\n") == .success(1))
    #expect(LimitText.parseInteger("0x10") == .success(16))
    #expect(LimitText.parseInteger("") == .failure(.EINVAL))
    #expect(LimitText.parseInteger("1G") == .failure(.EINVAL))
    #expect(LimitText.parseInteger("99999999999999999999") == .failure(.ERANGE))
    #expect(LimitText.parseInteger("-2147483648") == .success(Int(Int32.min)))
  }

  @Test("the sleep grows with the square of the overage, in ticks of 4 ms")
  func delays() {
    func ticks(_ usage: Int, high: Int) -> UInt64 {
      var counter = PageCounter()
      counter.usage = usage
      counter.high = high
      return ThrottleDelay.ticks(pages: 64, overage: counter.overage)
    }
    #expect(ticks(8192, high: 8192) == 0)
    #expect(ticks(8192 + 128, high: 8192) == 3)
    // 10 % over the limit: 159 ticks, 636 ms.
    #expect(ticks(11000, high: 10000) == 159)
    #expect(ticks(20000, high: 10000) == 500)
    #expect(ticks(1, high: 0) == 500)
    #expect(ticks(PageCounter.unlimited, high: 1) == 500)
  }

  @Test("the timer wheel rounds longer timers up to multiples of 8 ticks")
  func timerWheel() {
    #expect(ThrottleDelay.end(of: 3, from: 1000) == 1004)
    #expect(ThrottleDelay.end(of: 62, from: 1000) == 1063)
    #expect(ThrottleDelay.end(of: 352, from: 0) == 360)
    #expect(ThrottleDelay.end(of: 500, from: 0) == 504)
  }

  @Test("pressure averages rise while tasks wait and fade afterwards")
  func pressure() {
    var stall = PressureStall()
    #expect(stall.information(at: 0).text.hasPrefix("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull "))
    stall.wait(from: 0, to: 40_000_000)
    #expect(stall.information(at: 40_000_000).text.contains("total=40000000"))
    #expect(stall.information(at: 40_000_000).text.hasPrefix("some avg10=9"))
    #expect(stall.information(at: 400_000_000).text.hasPrefix("some avg10=0.00"))
    // A clock at its end harms nothing.
    stall.wait(from: .max - 10, to: .max)
    #expect(!stall.information(at: .max).text.isEmpty)
  }
}
