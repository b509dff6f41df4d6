// The table of slabtop(1), as procps-ng 4.0 prints it once.

import KernelText

/// How slabtop(1) prints the slab caches.
struct SlabtopText {
  /// What the table is sorted by.
  enum Order: Character, CaseIterable {
    case activeObjects = "a"
    case objectsPerSlab = "b"
    case cacheSize = "c"
    case slabs = "l"
    case activeSlabs = "v"
    case name = "n"
    case objects = "o"
    case pagesPerSlab = "p"
    case objectSize = "s"
    case utilization = "u"
  }

  /// The order; objects unless told otherwise.
  var order = Order.objects
  /// Bytes of a page.
  var pageSize = 4096

  /// The whole output.
  ///
  /// - Parameter caches: the caches in the order of `/proc/slabinfo`, which decides between equals.
  func text(_ caches: [SlabInformation.Cache]) -> String {
    var text = summary(caches) + "\n"
    text += "  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME                   \n"
    for cache in sorted(caches) { text += row(cache) }
    return text
  }

  private func summary(_ caches: [SlabInformation.Cache]) -> String {
    let objects = caches.reduce(0) { $0 + $1.objects }
    let activeObjects = caches.reduce(0) { $0 + $1.activeObjects }
    let slabs = caches.reduce(0) { $0 + $1.slabs }
    let active = caches.count { $0.activeObjects > 0 }
    let size = caches.reduce(0) { $0 + $1.objects * $1.objectSize }
    let activeSize = caches.reduce(0) { $0 + $1.activeObjects * $1.objectSize }
    let smallest = caches.map(\.objectSize).min() ?? 0
    let largest = caches.map(\.objectSize).max() ?? 0
    let average = objects == 0 ? 0 : size / objects
    return """
       Active / Total Objects (% used)    : \(activeObjects) / \(objects) (\(percent(activeObjects, objects))%)
       Active / Total Slabs (% used)      : \(slabs) / \(slabs) (\(percent(slabs, slabs))%)
       Active / Total Caches (% used)     : \(active) / \(caches.count) (\(percent(active, caches.count))%)
       Active / Total Size (% used)       : \(kilo(activeSize))K / \(kilo(size))K (\(percent(activeSize, size))%)
       Minimum / Average / Maximum Object : \(kilo(smallest))K / \(kilo(average))K / \(kilo(largest))K

      """
  }

  private func row(_ cache: SlabInformation.Cache) -> String {
    let use = cache.objects == 0 ? 0 : 100 * cache.activeObjects / cache.objects
    return
      "\(cache.objects.decimal(6)) \(cache.activeObjects.decimal(6)) \(use.decimal(3))% "
      + "\(kilo(cache.objectSize).alignedRight(7))K \(cache.slabs.decimal(6)) "
      + "\(cache.objectsPerSlab.decimal(8)) \((cacheSize(cache) / 1024).decimal(9))K "
      + cache.name.alignedLeft(23) + "\n"
  }

  private func cacheSize(_ cache: SlabInformation.Cache) -> Int {
    cache.slabs * cache.pagesPerSlab * pageSize
  }

  private func sorted(_ caches: [SlabInformation.Cache]) -> [SlabInformation.Cache] {
    if order == .name { return caches.sorted { $0.name < $1.name } }
    // Equals keep the order of /proc/slabinfo.
    return caches.enumerated().sorted { left, right in
      let (leftKey, rightKey) = (key(left.element), key(right.element))
      return leftKey == rightKey ? left.offset < right.offset : leftKey > rightKey
    }.map(\.element)
  }

  private func key(_ cache: SlabInformation.Cache) -> Int {
    switch order {
    case .activeObjects: cache.activeObjects
    case .objectsPerSlab: cache.objectsPerSlab
    case .cacheSize: cacheSize(cache)
    case .slabs, .activeSlabs: cache.slabs
    case .name: 0
    case .objects: cache.objects
    case .pagesPerSlab: cache.pagesPerSlab
    case .objectSize: cache.objectSize
    case .utilization: cache.objects == 0 ? 0 : 100 * cache.activeObjects / cache.objects
    }
  }

  /// Percent with one digit behind the point.
  private func percent(_ part: Int, _ whole: Int) -> String {
    guard whole > 0 else { return "0.0" }
    return fixed(Double(part) * 100 / Double(whole), digits: 1)
  }

  /// Bytes in KiB with two digits behind the point.
  private func kilo(_ bytes: Int) -> String { fixed(Double(bytes) / 1024, digits: 2) }

  private func fixed(_ value: Double, digits: Int) -> String {
    let unit = digits == 1 ? 10 : 100
    // Exact halves in binary go to even, as printf rounds them.
    let scaled = Int((value * Double(unit)).rounded(.toNearestOrEven))
    let fraction = String(scaled % unit)
    return "\(scaled / unit)." + String(repeating: "0", count: digits - fraction.utf8.count) + fraction
  }
}
