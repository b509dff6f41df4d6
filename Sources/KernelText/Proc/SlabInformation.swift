// The format of /proc/slabinfo.

/// `/proc/slabinfo`: the slab caches (slabinfo(5)).
public struct SlabInformation: KernelFormat {
  /// One cache.
  public struct Cache: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// How many objects are in use.
    public var activeObjects: Int
    /// How many objects all slabs hold.
    public var objects: Int
    /// The size of an object with its padding, in bytes.
    public var objectSize: Int
    /// How many objects a slab holds.
    public var objectsPerSlab: Int
    /// How many pages a slab has.
    public var pagesPerSlab: Int
    /// How many slabs there are; SLUB counts every one as active.
    public var slabs: Int

    /// Makes a cache.
    public init(
      name: String, activeObjects: Int, objects: Int, objectSize: Int, objectsPerSlab: Int, pagesPerSlab: Int,
      slabs: Int
    ) {
      self.name = name
      self.activeObjects = activeObjects
      self.objects = objects
      self.objectSize = objectSize
      self.objectsPerSlab = objectsPerSlab
      self.pagesPerSlab = pagesPerSlab
      self.slabs = slabs
    }

    /// Reads a line of SLUB's, which has no tunables; nil for any other.
    init?(_ line: Substring) {
      let words = line.words
      guard words.count == 16, words[6] == ":", words[11] == ":",
        let numbers = Array(words[1...5] + words[8...10] + words[13...15]).numbers,
        numbers[5...7].allSatisfy({ $0 == 0 }), numbers[8] == numbers[9], numbers[10] == 0
      else { return nil }
      self.init(
        name: String(words[0]), activeObjects: numbers[0], objects: numbers[1], objectSize: numbers[2],
        objectsPerSlab: numbers[3], pagesPerSlab: numbers[4], slabs: numbers[9])
    }

    /// The line with its newline.
    public var text: String {
      let numbers = [
        activeObjects.decimal(6), objects.decimal(6), objectSize.decimal(6), objectsPerSlab.decimal(4),
        pagesPerSlab.decimal(4),
      ].joined(separator: " ")
      return "\(name.alignedLeft(17)) \(numbers) : tunables    0    0    0 : slabdata "
        + "\(slabs.decimal(6)) \(slabs.decimal(6))      0\n"
    }
  }

  /// The caches, the newest first.
  public var caches: [Cache]

  /// The two lines above the caches.
  public static let header = """
    slabinfo - version: 2.1
    # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> \
    : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>

    """

  /// Makes a file.
  public init(caches: [Cache]) { self.caches = caches }

  /// Reads a file; nil for another version or allocator than SLUB.
  public init?(parsing text: String) {
    guard text.hasPrefix(Self.header) else { return nil }
    caches = []
    for line in text.fileLines.dropFirst(2) {
      guard let cache = Cache(line) else { return nil }
      caches.append(cache)
    }
  }

  /// The file's text.
  public var text: String { Self.header + caches.map(\.text).joined() }
}
