// What a release brings along for one architecture.

/// A kernel as it was built for an architecture: its image, and what it has when the first program runs.
struct KernelBuild: Sendable {
  /// What a distribution appends to the release, such as `-amd64`; empty for a kernel built by hand.
  let flavour: String
  /// The image and the early reservations.
  let footprint: BootFootprint
  /// The slab caches.
  let slabs: BootSlabs
  /// The areas of the vmalloc area.
  let virtualAreas: BootVirtualAreas
  /// Where its warnings come from.
  let warnings: [KernelWarning: WarningPlace]
  /// What follows from nothing that is modelled.
  let calibrated: CalibratedNumbers
}

/// The builds of a release, one for each architecture.
struct KernelBuilds: Sendable {
  let x8664: KernelBuild
  let i386: KernelBuild

  subscript(architecture: Architecture) -> KernelBuild {
    switch architecture {
    case .x8664: x8664
    case .i386: i386
    }
  }

  /// The same of a kernel that was built by hand.
  var withoutFlavour: KernelBuilds { KernelBuilds(x8664: x8664.withoutFlavour, i386: i386.withoutFlavour) }
}

extension KernelBuild {
  fileprivate var withoutFlavour: KernelBuild {
    KernelBuild(
      flavour: "", footprint: footprint, slabs: slabs, virtualAreas: virtualAreas, warnings: warnings,
      calibrated: calibrated)
  }
}

/// Numbers that were fitted to recordings of a kernel, because what they depend on is not modelled.
struct CalibratedNumbers: Sendable {
  /// KiB that boot had taken when the kernel set the reserves for overcommit: by itself, for each page of a per-CPU
  /// batch, and for each further CPU.
  let takenBeforeReserves: (base: Int, perBatch: Int, perCPU: Int)
  /// How many of a thousand pages that were written to swap stay in the swap cache: small ones, and those of huge
  /// pages.
  ///
  /// When a page has been written before reclaim put it back on its list, it goes round the list once more. How
  /// often that happens depends on the device; the recordings are of a virtual disk.
  let swapResidue: (small: Int, huge: Int)
  /// How many large pages of the direct map boot splits: with high memory, and without.
  let splitDirectMapPages: (withHighMemory: Int, without: Int)
  /// In how many turns kswapd does a step that writes.
  ///
  /// Disks take no time here, so how far a step gets in a slice of the processor's time follows from nothing that is
  /// modelled. Traces of machines of 1 GiB, whose steps want 1400 pages, show some 140 freed by kswapd between two
  /// reclaims of the process.
  let kswapdTurns: Int
}
