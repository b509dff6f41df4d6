// The verdicts of the three overcommit modes against a recording of Linux 6.1.

import Testing

@testable import LinuxMemory

@Suite("Overcommit accounting")
struct OvercommitAccountingTests {
  /// One block of the recording.
  struct Case {
    var rules = OvercommitRules()
    var ramPages = 0
    var swapPages = 0
    var committed = 0
    var commitLimit: UInt64 = 0
    var totalVirtualPages = 0
    var isAdministrator = true
    var largest = 0
    var chunks = 0
  }

  static func cases() throws -> [Case] {
    var cases: [Case] = []
    var current = Case()
    for line in try Recording("overcommit-amd64.txt").lines {
      let fields = Recording.fields(line)
      if line.hasPrefix("kbytes=") {
        current.rules.kilobytes = UInt64(fields["kbytes"] ?? 0)
      } else if line.hasPrefix("BIG") {
        current.rules.mode = OvercommitMode(rawValue: fields["overcommit_memory"] ?? 0) ?? .heuristic
        current.rules.ratio = fields["ratio"] ?? 0
        current.rules.userReserveKilobytes = UInt64(fields["user_reserve"] ?? 0)
        current.rules.administratorReserveKilobytes = UInt64(fields["admin_reserve"] ?? 0)
        current.isAdministrator = fields["uid"] == 0
      } else if line.hasPrefix("[before]") {
        current.ramPages = (fields["MemTotal"] ?? 0) / 4
        current.swapPages = (fields["SwapTotal"] ?? 0) / 4
        current.commitLimit = UInt64(fields["CommitLimit"] ?? 0) / 4
        current.committed = (fields["Committed_AS"] ?? 0) / 4
      } else if line.hasPrefix("[self]") {
        current.totalVirtualPages = (fields["VmSize"] ?? 0) / 4
      } else if line.hasPrefix("largest mmap") {
        current.largest = line.split(separator: " ").compactMap { Int($0) }.first ?? 0
      } else if line.hasPrefix("1-MiB") {
        let words = line.split(separator: ":").last?.split(separator: " ") ?? []
        current.chunks = words.first.flatMap { Int($0) } ?? 0
        cases.append(current)
      }
    }
    return cases
  }

  func account(_ test: Case) -> OvercommitAccounting {
    var account = OvercommitAccounting()
    account.chargeUnconditionally(test.committed)
    return account
  }

  @Test("the commit limit")
  func limits() throws {
    let cases = try Self.cases()
    #expect(cases.count == 27)
    for test in cases {
      #expect(
        test.rules.commitLimit(ramPages: test.ramPages, swapPages: test.swapPages) == test.commitLimit)
    }
  }

  @Test("the largest single request is granted, one page more is not")
  func largestRequest() throws {
    for test in try Self.cases() where test.rules.mode != .always {
      var account = account(test)
      let before = account
      var request = CommitRequest(
        pages: test.largest + 1, totalVirtualPages: test.totalVirtualPages,
        isAdministrator: test.isAdministrator)
      let refused = account.charge(
        request, rules: test.rules, ramPages: test.ramPages, swapPages: test.swapPages)
      #expect(!refused, "\(test)")
      #expect(account.committedPages == before.committedPages)
      request.pages = test.largest
      let granted = account.charge(
        request, rules: test.rules, ramPages: test.ramPages, swapPages: test.swapPages)
      #expect(granted, "\(test)")
      #expect(account.committedPages == test.committed + test.largest)
    }
  }

  @Test("how many requests of 1 MiB are granted")
  func smallRequests() throws {
    for test in try Self.cases() {
      var account = account(test)
      var granted = 0
      while granted < 40_000 {
        let request = CommitRequest(
          pages: 256, totalVirtualPages: test.totalVirtualPages + granted * 256,
          isAdministrator: test.isAdministrator)
        let isGranted = account.charge(
          request, rules: test.rules, ramPages: test.ramPages, swapPages: test.swapPages)
        if !isGranted { break }
        granted += 1
      }
      #expect(granted == test.chunks, "\(test)")
    }
  }

  @Test("absurd numbers neither trap nor leave a trace")
  func extremes() {
    let rules = OvercommitRules(
      mode: .never, ratio: Int(Int32.max), kilobytes: .max, userReserveKilobytes: .max,
      administratorReserveKilobytes: .max)
    for pages in [Int.min, -1, 0, 1 << 52, Int.max] {
      var account = OvercommitAccounting()
      let request = CommitRequest(pages: pages, totalVirtualPages: Int.max, isAdministrator: false)
      let granted = account.charge(request, rules: rules, ramPages: 1 << 40, swapPages: 1 << 40)
      #expect(granted == (account.committedPages == pages && pages > 0) || pages == 0)
      account.uncharge(Int.max)
      #expect(account.committedPages == 0)
    }
    _ = OvercommitRules(ratio: Int(Int32.min)).commitLimit(ramPages: Int.max, swapPages: Int.max)
  }

  /// Recorded on Debian's 6.1: 1 GiB, swap of 262140 kB.
  @Test(
    "the limit is computed without a sign, within one word",
    arguments: [
      (64, -1, 0, 737_869_762_948_372_224, 737_869_762_948_634_364), (64, 0, 0, 0, 262_140),
      (64, 101, 0, 993_580, 1_255_720), (64, 2_147_483_647, 0, 21_125_741_528_340, 21_125_741_790_480),
      (64, -2_147_483_648, 0, 737_848_637_206_843_880, 737_848_637_207_106_020), (64, 0, 3, 0, 262_140),
      (64, 0, 600_000, 600_000, 862_140),
      (64, 0, 9_223_372_036_854_775_807, 9_223_372_036_854_775_804, 9_223_372_036_855_037_944),
      (64, 0, UInt64.max, 18_446_744_073_709_551_612, 262_136),
      (32, -1, 0, 171_788_472, 172_050_612), (32, 1000, 0, 10_218_880, 10_481_020),
      (32, 2_147_483_647, 0, 171_788_472, 172_050_612), (32, -2_147_483_648, 0, 0, 262_140),
      (32, 0, 4_294_967_295, 4_294_967_292, 262_136),
    ] as [(Int, Int, UInt64, UInt64, UInt64)])
  func recordedLimit(bits: Int, ratio: Int, kilobytes: UInt64, without: UInt64, with: UInt64) {
    let rules = OvercommitRules(ratio: ratio, kilobytes: kilobytes, wordBits: bits)
    let ram = bits == 64 ? 245_936 : 255_472
    #expect(rules.commitLimitKilobytes(ramPages: ram, swapPages: 0) == without)
    #expect(rules.commitLimitKilobytes(ramPages: ram, swapPages: 65_535) == with)
  }
}
