// The format of /proc/slabinfo.

/// One cache as `/proc/slabinfo` prints it (slabinfo(5)).
struct SlabInformationLine: Equatable {
  /// The cache's name.
  var name: String
  /// Objects in use, objects in all slabs.
  var activeObjects: Int, objects: Int
  /// The size of an object with its padding, in bytes.
  var objectSize: Int
  /// How many objects a slab holds.
  var objectsPerSlab: Int
  /// How many pages a slab has.
  var pagesPerSlab: Int
  /// How many slabs there are.
  var slabs: Int

  /// The two lines above the caches.
  static let header = """
    slabinfo - version: 2.1
    # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> \
    : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>

    """

  /// The line with its newline; SLUB has no tunables and counts every slab as active.
  var text: String {
    let numbers = [
      activeObjects.decimal(6), objects.decimal(6), objectSize.decimal(6), objectsPerSlab.decimal(4),
      pagesPerSlab.decimal(4),
    ].joined(separator: " ")
    return "\(name.alignedLeft(17)) \(numbers) : tunables    0    0    0 : slabdata "
      + "\(slabs.decimal(6)) \(slabs.decimal(6))      0\n"
  }
}
