// Memory that processes share through mappings.

/// Entry of an object: the frame behind its first page.
struct ObjectPage: ExtentValue {
  var frame: FrameNumber

  func advanced(by distance: UInt64) -> ObjectPage { ObjectPage(frame: frame + Int(distance)) }
}

/// One object: what mmap with MAP_SHARED | MAP_ANONYMOUS makes (the kernel's `/dev/zero` shmem file).
struct SharedObject: Equatable, Sendable {
  /// Its pages that exist, by page number within the object.
  var pages = ExtentMap<ObjectPage>()
  /// How many pages of mappings refer to it, over all processes.
  var mappedPages: Int
  /// How many pages it has; what is mapped beyond them gives SIGBUS.
  let size: UInt64
  /// How many pages were charged to the commit account for it.
  let chargedPages: Int
}

/// All objects, by the number that ``AreaBacking/sharedMemory(_:)`` holds.
struct SharedMemory: Equatable, Sendable {
  private(set) var objects: [Int: SharedObject] = [:]
  private var nextNumber = 1

  /// How many pages the objects hold (Shmem of `/proc/meminfo`).
  private(set) var pageCount = 0

  /// Makes an object for a new mapping.
  ///
  /// - Returns: Its number.
  mutating func create(mappedPages: Int, chargedPages: Int) -> Int {
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
  mutating func fill(_ number: Int, from page: UInt64, with runs: [FrameRange]) {
    var next = page
    for run in runs {
      let end = next + UInt64(run.count)
      objects[number]?.pages.set(next..<end, to: ObjectPage(frame: run.start))
      pageCount += run.count
      next = end
    }
  }

  /// Puts other frames behind pages of an object that have some.
  mutating func relocate(_ page: UInt64, of number: Int, to run: FrameRange) {
    objects[number]?.pages.set(page..<page + UInt64(run.count), to: ObjectPage(frame: run.start))
  }
}
