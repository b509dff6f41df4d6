// calloc, and which pages it clears.

import Testing

@Suite("Rules of calloc")
struct CallocRulesTests {
  @Test func anOverflowingProductIsRefusedBeforeAnything() throws {
    try expectCalls(
      """
      c 1 4294967296 4294967296 => 0 0 e=12
      c 2 3 9223372036854775807 => 0 0 e=12
      """)
  }

  @Test func zeroBytesAreABlockToo() throws {
    try expectCalls(
      """
      c 1 0 5 => h2a0 24 b=21000 s=brk0,brk+21000
      c 2 5 0 => h2c0 24
      """)
  }

  @Test func freshMemoryIsLeftAlone() throws {
    try expectCalls(
      """
      c 1 1 130000 => h2a0 130008 b=21000 s=brk0,brk+21000
      q => res=32
      c 2 1 131000 => h1fe80 131000 b=60000 s=brk+3f000
      q => res=35
      """)
  }

  @Test func whatTopHadBeforeIsCleared() throws {
    try expectCalls(
      """
      m 1 24
      c 2 1 60000 => h2c0 60008
      q => res=15
      """)
  }

  @Test func reusedMemoryIsCleared() throws {
    try expectCalls(
      """
      m 1 60000; m 2 24; f 1
      q => res=2
      c 3 1 60000 => h2a0 60008
      q => res=15
      """)
  }

  @Test func afterATrimTheHeapIsClearedUpToItsHighestBreak() throws {
    try expectCalls(
      """
      m 1 120000; m 2 120000; f 2; f 1; t 0
      q => res=1
      c 3 1 130000 => h2a0 130008 b=40000 s=brk+3f000
      q => res=3
      """)
  }

  @Test func mappingsAreNotCleared() throws {
    try expectCalls(
      """
      m 1 24
      c 2 1 500000 => M7b000+10:7b000 503792 s=mmap:7b000@M7b000
      q => mmres=1
      """)
  }

  @Test func perturbMakesItWriteEverything() throws {
    try expectCalls(
      """
      o -6 1; m 1 24
      c 2 1 500000 => M7b000+10:7b000 503792 s=mmap:7b000@M7b000
      q => mmres=123
      """)
  }
}
