// What machine is to be booted.

/// The hardware and the software versions of a machine.
public struct MachineConfiguration: Hashable, Sendable, Codable {
  /// The processor architecture.
  public typealias Architecture = LinuxMemory.Architecture

  /// When the kernel gives transparent huge pages.
  public typealias TransparentHugePages = HugePageSetting

  /// Installed memory in bytes.
  public var ram: UInt64 = 1 << 30
  /// Swap space in bytes; 0 for none.
  public var swap: UInt64 = 0
  /// The size in bytes of a disk `/dev/vda`; 0 for none.
  public var disk: UInt64 = 0
  /// The architecture.
  public var architecture = Architecture.x8664
  /// How many CPUs there are.
  public var cpus = 1
  /// The version of the kernel, with all that it brings along.
  public var kernel = KernelRelease.linux61
  /// The version of the GNU C library.
  public var glibc = GlibcRelease.glibc236.version
  /// `GLIBC_TUNABLES` in the environment of every program that starts; empty for none.
  public var mallocTunables = ""
  /// When transparent huge pages are given.
  public var transparentHugePages = TransparentHugePages.madvise
  /// The seed of address space randomisation; nil turns it off.
  public var addressSpaceRandomization: UInt64?

  /// The default machine: x86_64, 1 GiB, no swap, one CPU.
  public init() {}

  /// The facts about the architecture.
  package var profile: ArchitectureProfile { architecture.profile }

  /// The C library.
  package var glibcRelease: GlibcRelease { GlibcRelease.all.first { $0.version == glibc } ?? .glibc236 }

  /// To how many bytes the kernel aligns mappings that are multiples of them; nil where it does not, as for 32-bit
  /// programs.
  var mappingAlignment: UInt64? {
    kernel.alignsMappingsToHugePages && profile.isWide ? UInt64(profile.hugePageSize) : nil
  }

  /// What the kernel brings along for the architecture.
  var build: KernelBuild { kernel.build(for: architecture) }

  /// The versions of the C library that are modelled.
  public static let glibcVersions = GlibcRelease.all.map(\.version)
  /// The most CPUs a machine may have.
  public static let cpuLimit = 64

  /// The least and the most memory that a machine of an architecture may have, in bytes.
  ///
  /// Below the minimum the kernel itself would not fit; a 32-bit kernel without PAE addresses 4 GiB.
  public static func ramLimits(_ architecture: Architecture) -> ClosedRange<UInt64> {
    architecture.profile.memoryLimits
  }

  /// The least memory in bytes with which a kernel comes up on a number of CPUs.
  ///
  /// Each CPU brings its copy of the per-CPU area, kernel threads with their stacks and slabs of its own. Measured with
  /// the 64-bit Linux 6.1 under QEMU: 128 MiB boots with 32 CPUs; with 64 it ends in "System is deadlocked on memory"
  /// before init runs, and 160 MiB is enough.
  static func leastRAM(_ architecture: Architecture, cpus: Int) -> UInt64 {
    ramLimits(architecture).lowerBound + UInt64(max(0, cpus - 32)) << 20
  }

  /// The most swap space that a machine of an architecture may have, in bytes.
  public static func swapLimit(_ architecture: Architecture) -> UInt64 {
    architecture.profile.swapLimit
  }
}
