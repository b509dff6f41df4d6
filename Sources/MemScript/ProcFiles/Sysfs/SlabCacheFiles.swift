// The files of /sys/kernel/slab/NAME.

import LinuxMemory

/// The attributes of slab caches (Documentation/ABI/testing/sysfs-kernel-slab; `slab_attrs`, mm/slub.c of
/// Linux 6.1 as Debian builds it).
///
/// `NAME` is a cache, one that shares another's slabs, or the directory that both link to
/// (`:0000192`). How much of an object may be copied to user space (`usersize`) is known of a script's own
/// caches; those from boot read 0.
enum SlabCacheFiles {
  /// Every file.
  static let all: [ProcFile] = geometry + counters + switches + settings

  /// The names that stand for `NAME`.
  static func names(on machine: Machine) -> [String] {
    machine.slab.cachesNewestFirst.flatMap(\.names)
  }

  /// How objects are laid out, and what the cache is for.
  private static let geometry: [ProcFile] = [
    number("align") { $0.geometry.alignment },
    number("aliases") { max($0.references - 1, 0) },
    flag("cache_dma", .SLAB_CACHE_DMA),
    file("ctor") { cache, _ in cache.hasConstructor ? "constructor+0x0/0x10 [memsh]\n" : "" },
    flag("destroy_by_rcu", .SLAB_TYPESAFE_BY_RCU),
    flag("hwcache_align", .SLAB_HWCACHE_ALIGN),
    number("object_size") { $0.objectSize },
    number("objs_per_slab") { $0.geometry.objectsPerSlab },
    number("order") { $0.geometry.order },
    flag("reclaim_account", .SLAB_RECLAIM_ACCOUNT),
    ProcFile(
      path("remote_node_defrag_ratio"), exists: hasNodes, read: { _, _ in "100\n" }, write: nil),
    number("slab_size") { $0.geometry.size },
    number("usersize") { $0.userSize },
  ]

  /// What there is of it now.
  private static let counters: [ProcFile] = [
    counted("cpu_slabs") { $1.slabsOnCPU($0) },
    counted("objects") { cache, _ in cache.activeObjects },
    counted("objects_partial") { $1.objectsOnPartialSlabs($0) },
    counted("partial") { cache, _ in cache.nodePartialSlabs },
    counted("slabs") { cache, _ in cache.slabCount },
    file("slabs_cpu_partial") { cache, _ in
      let slabs = cache.perCPUPartialSlabs
      // A partial slab is taken to be half full.
      let count = "\(slabs * cache.geometry.objectsPerSlab / 2)(\(slabs))"
      return count + (slabs > 0 ? " C0=\(count)" : "") + "\n"
    },
    counted("total_objects") { cache, _ in cache.objectCount },
  ]

  /// Debugging aids; only the flags of a creation switch them on.
  private static let switches: [ProcFile] = [
    flag("poison", .SLAB_POISON), flag("red_zone", .SLAB_RED_ZONE),
    flag("sanity_checks", .SLAB_CONSISTENCY_CHECKS), flag("store_user", .SLAB_STORE_USER),
    flag("trace", .SLAB_TRACE),
  ]

  /// What can be written.
  private static let settings: [ProcFile] = [
    ProcFile(
      path("cpu_partial"), read: reader { cache, _ in "\(cache.perCPUPartialObjects)\n" },
      write: { machine, target, text throws(ErrorNumber) in
        let count = try value(text, below: 1 << 32)
        try machine.setPerCPUPartialObjects(UInt32(count), ofCache: target.name).get()
      }),
    ProcFile(
      path("min_partial"), read: reader { cache, _ in "\(cache.minimumPartial)\n" },
      write: { machine, target, text throws(ErrorNumber) in
        let count = try value(text, below: .max)
        try machine.setMinimumPartial(Int(count), ofCache: target.name).get()
      }),
    trigger("shrink") { machine, target throws(ErrorNumber) in
      try machine.shrinkCache(named: target.name).get()
    },
    // Without debugging of the cache there is nothing to validate.
    trigger("validate") { _, _ throws(ErrorNumber) in throw .EINVAL },
  ]

  private static func path(_ name: String) -> String { "/sys/kernel/slab/NAME/\(name)" }

  private static let hasNodes: @Sendable (Machine) -> Bool = { $0.configuration.profile.hasNodes }

  private static func reader(
    _ text: @escaping @Sendable (SlabCache, Machine) -> String
  ) -> ProcFile.Reader {
    { machine, target throws(ErrorNumber) in
      guard let cache = machine.slab.cache(named: target.name) else { throw .ENOENT }
      return text(cache, machine)
    }
  }

  private static func file(
    _ name: String, _ text: @escaping @Sendable (SlabCache, Machine) -> String
  ) -> ProcFile {
    ProcFile(path(name), read: reader(text), write: nil)
  }

  private static func number(_ name: String, _ value: @escaping @Sendable (SlabCache) -> Int) -> ProcFile {
    file(name) { cache, _ in "\(value(cache))\n" }
  }

  private static func flag(_ name: String, _ flag: SlabFlags) -> ProcFile {
    number(name) { $0.flags.contains(flag) ? 1 : 0 }
  }

  /// A number that the kernel for several memory nodes repeats for its only node.
  private static func counted(
    _ name: String, _ value: @escaping @Sendable (SlabCache, Slab) -> Int
  ) -> ProcFile {
    file(name) { cache, machine in
      let number = value(cache, machine.slab)
      return "\(number)" + (hasNodes(machine) && number > 0 ? " N0=\(number)" : "") + "\n"
    }
  }

  /// A file that reads as nothing and acts when a text that begins with 1 is written.
  private static func trigger(
    _ name: String, _ act: @escaping @Sendable (inout Machine, ProcFileTarget) throws(ErrorNumber) -> Void
  ) -> ProcFile {
    ProcFile(
      path(name), read: reader { _, _ in "" },
      write: { machine, target, text throws(ErrorNumber) in
        guard text.utf8.first == UInt8(ascii: "1") else { throw .EINVAL }
        try act(&machine, target)
      })
  }

  /// Reads a decimal number (`kstrtoul` with base 10).
  private static func value(_ text: String, below limit: Int64) throws(ErrorNumber) -> Int64 {
    var digits = text.utf8[...]
    if digits.last == UInt8(ascii: "\n") { digits = digits.dropLast() }
    if digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var value: Int64 = 0
    guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw .EINVAL
    }
    for digit in digits {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, carries) = product.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
      guard !isTooLarge, !carries, sum < limit else { throw .ERANGE }
      value = sum
    }
    return value
  }
}
