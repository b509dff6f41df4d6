// Memory that processes share through mappings.

/// Entry of an object: the frame behind its first page, and whether its pages were written.
struct ObjectPage: ExtentValue, Codable {
  var frame: FrameNumber
  /// Whether the kernel knows of a change (PG_dirty); what a process still has as a dirty entry comes on top.
  var isDirty = false

  func advanced(by distance: UInt64) -> ObjectPage {
    ObjectPage(frame: frame + Int(distance), isDirty: isDirty)
  }
}

/// One object: what mmap with MAP_SHARED | MAP_ANONYMOUS makes (the kernel's `/dev/zero` shmem file).
struct SharedObject: Equatable, Sendable, Codable {
  /// Its pages that exist, by page number within the object.
  var pages = ExtentMap<ObjectPage>()
  /// How many pages of mappings refer to it, over all processes.
  var mappedPages: Int
  /// How many pages it has; what is mapped beyond them gives SIGBUS.
  let size: UInt64
  /// How many pages were charged to the commit account for it; nil when each is charged as it comes
  /// (`shmem_acct_block`).
  let chargedPages: Int?

  /// How many pages are to be taken from the account when it goes.
  var pagesToUncharge: Int { chargedPages ?? pages.all.reduce(0) { $0 + Int($1.count) } }
}

/// All objects, by the number that ``AreaBacking/sharedMemory(_:)`` holds.
struct SharedMemory: Equatable, Sendable, Codable {
  private(set) var objects: [Int: SharedObject] = [:]
  private var nextNumber = 1

  /// How many pages the objects hold (Shmem of `/proc/meminfo`).
  private(set) var pageCount = 0

  /// Makes an object for a new mapping.
  ///
  /// - Returns: Its number.
  mutating func create(mappedPages: Int, chargedPages: Int?) -> Int {
    defer { nextNumber += 1 }
    objects[nextNumber] = SharedObject(
      mappedPages: mappedPages, size: UInt64(mappedPages), chargedPages: chargedPages)
    return nextNumber
  }

  /// Counts pages of mappings that came.
  mutating func retain(_ number: Int, pages: Int) {
    objects[number]?.mappedPages += pages
  }

  /// Counts pages of mappings that went.
  ///
  /// - Returns: The object when that were the last ones; it exists no longer.
  mutating func release(_ number: Int, pages: Int) -> SharedObject? {
    objects[number]?.mappedPages -= pages
    guard let object = objects[number], object.mappedPages <= 0 else { return nil }
    for extent in object.pages.all { pageCount -= Int(extent.count) }
    objects[number] = nil
    return object
  }

  /// Puts frames behind pages of an object that had none.
  mutating func fill(_ number: Int, from page: UInt64, with runs: [FrameRange], isDirty: Bool) {
    var next = page
    for run in runs {
      let end = next + UInt64(run.count)
      objects[number]?.pages.set(next..<end, to: ObjectPage(frame: run.start, isDirty: isDirty))
      pageCount += run.count
      next = end
    }
  }

  /// Notes that pages of an object were written.
  mutating func markDirty(_ pages: Range<UInt64>, of number: Int) {
    for var entry in objects[number]?.pages.extents(in: pages) ?? [] where !entry.value.isDirty {
      entry.value.isDirty = true
      objects[number]?.pages.set(entry.range, to: entry.value)
    }
  }

  /// Takes pages out of an object.
  ///
  /// - Returns: Their frames.
  mutating func removePages(_ pages: Range<UInt64>, of number: Int) -> [FrameRange] {
    let entries = objects[number]?.pages.extents(in: pages) ?? []
    objects[number]?.pages.remove(pages)
    for entry in entries { pageCount -= Int(entry.count) }
    return entries.map { FrameRange(start: $0.value.frame, count: Int($0.count)) }
  }

  /// Where the object behind a part of a shared mapping ends, at most the end of the part. What lies beyond gives
  /// the process SIGBUS when it touches it, but the kernel only an error.
  func endOfObject(behind part: Range<UInt64>, in area: VirtualMemoryArea) -> UInt64 {
    guard case .sharedMemory(let number) = area.backing, let object = objects[number] else {
      return part.upperBound
    }
    let pages = object.size > area.pageOffset ? object.size - area.pageOffset : 0
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageSize)
    let (end, carry) = area.start.addingReportingOverflow(bytes)
    return overflow || carry ? part.upperBound : min(part.upperBound, max(end, part.lowerBound))
  }

  /// Puts other frames behind pages of an object that have some.
  mutating func relocate(_ page: UInt64, of number: Int, to run: FrameRange) {
    let isDirty = objects[number]?.pages.extent(containing: page)?.value.isDirty ?? false
    objects[number]?.pages.set(
      page..<page + UInt64(run.count), to: ObjectPage(frame: run.start, isDirty: isDirty))
  }
}
