// Memory that no process holds, as a script takes it.

/// Pages of shared memory, slab and others that no counter owns.
struct KernelPages {
  /// What they are.
  enum Kind {
    case shared, slab, unowned
  }

  /// Pages of shared memory and tmpfs.
  private(set) var shared = 0
  /// Pages of slab caches.
  private(set) var slab = 0
  /// Pages that no counter owns, and huge pages.
  private(set) var unowned = 0

  /// Amounts of each.
  init(shared: Int = 0, slab: Int = 0, unowned: Int = 0) {
    self.shared = max(shared, 0)
    self.slab = max(slab, 0)
    self.unowned = max(unowned, 0)
  }

  /// All of them.
  var sum: Int { shared + slab + unowned }

  /// Leaves out the last pages of what was growing.
  ///
  /// - Parameters:
  ///   - pages: how many.
  ///   - cause: why memory ended.
  /// - Returns: what was growing; nil where a process was.
  mutating func takeBack(_ pages: Int, for cause: ReportCause) -> Kind? {
    switch cause {
    case .tmpfs:
      shared = max(shared - pages, 0)
      return .shared
    case .slab, .lowmem:
      guard slab > 0 else { return nil }
      slab = max(slab - pages, 0)
      return .slab
    case .kernelPages:
      unowned = max(unowned - pages, 0)
      return .unowned
    default: return nil
    }
  }

  /// The calls that take them.
  ///
  /// - Parameter pageSize: KiB of a page.
  func calls(pageSize: Int) -> [String] {
    var calls: [String] = []
    if shared > 256 {
      calls += [
        "mkdir -p /shared", "mount -t tmpfs -o size=\(shared * 2 * pageSize)K none /shared",
        Self.shared(shared, to: "report"),
      ]
    }
    if slab > 256 { calls.append(Self.slab(slab)) }
    if unowned >= 512 { calls.append(Self.unowned(unowned)) }
    return calls
  }

  /// A file in memory.
  static func shared(_ pages: Int, to name: String) -> String {
    "dd if=/dev/zero of=/shared/\(name) bs=4096 count=\(pages) status=none  # shared memory and tmpfs"
  }

  /// Objects of the kernel, of two pages each.
  static func slab(_ pages: Int) -> String {
    "for i in 0..<\(min(pages / 2, 1 << 18)) { kmalloc(8192) }  # slab"
  }

  /// Blocks of the page allocator, of eight pages each: larger ones the kernel rather refuses than kills for.
  static func unowned(_ pages: Int) -> String {
    "for i in 0..<\(min(pages / 8, 1 << 18)) { alloc_pages(GFP_HIGHUSER, 3) }  # pages that no counter owns, huge pages"
  }
}
