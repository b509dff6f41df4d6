// The advices of madvise(2).

/// An advice that madvise(2) takes, with Linux's number for it.
public enum MemoryAdvice: Int32, CaseIterable, Sendable {
  /// No particular use (MADV_NORMAL).
  case normal = 0
  /// Random access (MADV_RANDOM).
  case random = 1
  /// Sequential access (MADV_SEQUENTIAL).
  case sequential = 2
  /// The pages will be needed soon (MADV_WILLNEED).
  case willNeed = 3
  /// The pages are not needed; private ones read as zeros afterwards (MADV_DONTNEED).
  case dontNeed = 4
  /// The pages may be dropped when memory is short (MADV_FREE).
  case free = 8
  /// The pages of a shared object go away for everybody (MADV_REMOVE).
  case remove = 9
  /// fork leaves the range out (MADV_DONTFORK).
  case dontFork = 10
  /// fork copies the range again (MADV_DOFORK).
  case doFork = 11
  /// Pages of the same content may become one (MADV_MERGEABLE); nothing looks for them here.
  case mergeable = 12
  /// Pages stay apart again (MADV_UNMERGEABLE).
  case unmergeable = 13
  /// Huge pages are welcome (MADV_HUGEPAGE).
  case hugePage = 14
  /// No huge pages (MADV_NOHUGEPAGE).
  case noHugePage = 15
  /// A core dump leaves the range out (MADV_DONTDUMP).
  case dontDump = 16
  /// A core dump has the range again (MADV_DODUMP).
  case doDump = 17
  /// fork gives the child zeros (MADV_WIPEONFORK).
  case wipeOnFork = 18
  /// fork gives the child the pages again (MADV_KEEPONFORK).
  case keepOnFork = 19
  /// The pages are the next to go when memory is short (MADV_COLD).
  case cold = 20
  /// The pages go to swap now (MADV_PAGEOUT).
  case pageOut = 21
  /// Bring the pages in for reading (MADV_POPULATE_READ).
  case populateRead = 22
  /// Bring the pages in for writing (MADV_POPULATE_WRITE).
  case populateWrite = 23
  /// As ``dontNeed``, locked memory too (MADV_DONTNEED_LOCKED).
  case dontNeedLocked = 24
  /// Small pages become huge ones now (MADV_COLLAPSE).
  case collapse = 25
  /// The pages go, and who touches the range dies (MADV_GUARD_INSTALL, since Linux 6.13).
  case guardInstall = 102
  /// The range can be touched again (MADV_GUARD_REMOVE).
  case guardRemove = 103
  /// Treat the pages as broken (MADV_HWPOISON), for those who may administer the machine; not modelled for them.
  case hardwarePoison = 100
  /// Take the pages out of use (MADV_SOFT_OFFLINE), for the same.
  case softOffline = 101
}

extension MemoryAdvice {
  /// How an advice that only concerns an area's flags changes them (`madvise_vma_behavior`, mm/madvise.c).
  ///
  /// - Returns: The flags afterwards; `EINVAL` for an area that cannot follow.
  func change(_ area: VirtualMemoryArea) -> Result<VirtualMemoryArea.Flags, ErrorNumber> {
    var flags = area.flags
    switch self {
    case .normal: flags.subtract([.randomRead, .sequentialRead])
    case .random:
      flags.remove(.sequentialRead)
      flags.insert(.randomRead)
    case .sequential:
      flags.remove(.randomRead)
      flags.insert(.sequentialRead)
    case .dontFork: flags.insert(.notInherited)
    case .doFork:
      if area.isClockData { return .failure(.EINVAL) }
      flags.remove(.notInherited)
    case .wipeOnFork:
      if area.backing == .program || !area.isPrivate { return .failure(.EINVAL) }
      flags.insert(.wipedOnFork)
    case .keepOnFork: flags.remove(.wipedOnFork)
    case .dontDump: flags.insert(.notDumped)
    case .doDump:
      if area.isSpecial { return .failure(.EINVAL) }
      flags.remove(.notDumped)
    // What cannot merge is passed over without a word.
    case .mergeable: if area.isPrivate, !area.isSpecial { flags.insert(.mergeable) }
    case .unmergeable: flags.remove(.mergeable)
    case .hugePage:
      flags.remove(.noHugePages)
      flags.insert(.hugePages)
    case .noHugePage:
      flags.remove(.hugePages)
      flags.insert(.noHugePages)
    case .willNeed, .dontNeed, .free, .remove, .cold, .pageOut, .populateRead, .populateWrite,
      .dontNeedLocked, .collapse, .guardInstall, .guardRemove, .hardwarePoison, .softOffline:
      break
    }
    return .success(flags)
  }
}
