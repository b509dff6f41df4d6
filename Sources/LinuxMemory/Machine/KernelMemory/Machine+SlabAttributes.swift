// What can be set of a slab cache while the machine runs: the writable files of /sys/kernel/slab.

extension Machine {
  /// Sets how many empty slabs a node keeps (`min_partial_store`, mm/slub.c).
  ///
  /// - Returns: `ENOENT` for no such cache.
  public mutating func setMinimumPartial(_ count: Int, ofCache name: String) -> Result<Void, ErrorNumber> {
    guard let index = slab.index(named: name) else { return .failure(.ENOENT) }
    slab.caches[index]?.minimumPartial = count
    return .success(())
  }

  /// Sets how many free objects a CPU may keep in partial slabs, and takes all slabs away from the CPU
  /// (`cpu_partial_store`, mm/slub.c).
  ///
  /// - Returns: `ENOENT` for no such cache.
  public mutating func setPerCPUPartialObjects(_ count: UInt32, ofCache name: String) -> Result<
    Void, ErrorNumber
  > {
    guard let index = slab.index(named: name) else { return .failure(.ENOENT) }
    slab.caches[index]?.perCPUPartialObjects = Int(count)
    free(slab.flush(index))
    return .success(())
  }

  /// Frees the empty slabs of a cache (`shrink_store`, mm/slub.c).
  ///
  /// - Returns: `ENOENT` for no such cache.
  public mutating func shrinkCache(named name: String) -> Result<Void, ErrorNumber> {
    guard let index = slab.index(named: name) else { return .failure(.ENOENT) }
    free(slab.shrink(index))
    return .success(())
  }
}
