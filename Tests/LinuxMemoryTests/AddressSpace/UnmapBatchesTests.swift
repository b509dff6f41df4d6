// The pages for notes of what is unmapped come and go with the call.

import Testing

@testable import LinuxMemory

@Suite("notes of unmapped pages")
struct UnmapBatchesTests {
  /// With 4096-byte pages, 510 notes fit a page of a 64-bit kernel, 1021 one of a 32-bit kernel; 8 need none.
  @Test(arguments: [
    ("x86_64", 7, 0), ("x86_64", 8, 1), ("x86_64", 517, 1), ("x86_64", 518, 2), ("x86_64", 50_000, 19),
    ("i386", 1028, 1), ("i386", 1029, 2), ("i386", 50_000, 9),
  ])
  func asManyAsTheNotesNeed(arch: String, pages: Int, expected: Int) throws {
    var machine = try makeMachine(("arch", arch))
    let free = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    let entry = Extent(
      start: 0, end: UInt64(pages), value: PageMapping(.anonymous(FrameNumber(0)), .writable))
    let notes = machine.takeNotePages(for: [entry])
    #expect(notes.count == expected)
    let left = machine.pageAllocator.freePageCount + machine.pageAllocator.perCPUPageCount
    #expect(left == free - expected)
  }
}
