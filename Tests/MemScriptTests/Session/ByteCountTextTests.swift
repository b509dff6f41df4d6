// Byte counts read as people expect.

import Testing

@testable import MemScript

struct ByteCountTextTests {
  @Test(
    "bytes in the largest unit, tenths rounded",
    arguments: [
      (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KiB"), (132 << 10, "132 KiB"),
      (1536, "1.5 KiB"), (103532 << 10, "101.1 MiB"), ((1 << 20) - 1, "1 MiB"),
      (4912, "4.8 KiB"), (1_047_552, "1023 KiB"), (1_047_500, "1022.9 KiB"), (UInt64.max, "16 EiB"),
    ] as [(UInt64, String)])
  func text(bytes: UInt64, expected: String) {
    #expect(byteCountText(bytes) == expected)
  }

  @Test("changes carry their sign")
  func change() {
    #expect(byteChangeText(from: 0, to: 4096) == "+4 KiB")
    #expect(byteChangeText(from: 4096, to: 0) == "-4 KiB")
    #expect(byteChangeText(from: 7, to: 7) == "+0")
  }
}
