// What a kernel version brings along: its image, its appetite at boot, its defaults.

/// The facts about a kernel version and its configuration that are not rules but numbers.
public struct KernelProfile: Hashable, Sendable {
  /// The version as written in `machine kernel=…`.
  public let version: String
  /// The release that `uname -r` prints, without the flavour.
  public let release: String
  /// What a distribution appends to the release on each architecture; empty for a kernel built by hand.
  let flavours: (wide: String, narrow: String)
  /// What `uname -v` prints.
  public let build: String
  /// How the kernel's own reports shorten ``build``.
  let reportBuild: String
  /// `watermark_scale_factor` as booted.
  public let watermarkScaleFactor: Int
  /// `watermark_boost_factor` as booted.
  public let watermarkBoostFactor: Int
  /// Whether mappings of whole huge pages begin at a multiple of one (`thp_get_unmapped_area` for anonymous
  /// memory; since Linux 6.7, from 6.13 on only for lengths that are a multiple).
  public let alignsMappingsToHugePages: Bool
  /// What happens when memory ends.
  public let oom: OOMRules
  /// The files of `/proc/sys/vm` that this version has not.
  public let missingTunables: Set<String>
  /// The image and the early reservations on x86_64.
  let footprint64: BootFootprint
  /// The image and the early reservations on i386.
  let footprint32: BootFootprint

  /// The footprint on an architecture.
  func footprint(_ architecture: MachineConfiguration.Architecture) -> BootFootprint {
    architecture == .x8664 ? footprint64 : footprint32
  }

  /// `uname -r`, such as `6.1.0-50-amd64`.
  public func releaseText(_ architecture: MachineConfiguration.Architecture) -> String {
    release + (architecture == .x8664 ? flavours.wide : flavours.narrow)
  }

  /// Compares by version: there is one profile for each.
  public static func == (left: KernelProfile, right: KernelProfile) -> Bool { left.version == right.version }

  /// Hashes the version.
  public func hash(into hasher: inout Hasher) { hasher.combine(version) }

  /// The kernels that can be asked for.
  public static let all = [linux61, linux618, linux310]

  /// Linux 6.1 as Debian 12 configures it.
  public static let linux61 = KernelProfile(
    version: "6.1", release: "6.1.0-50", flavours: (wide: "-amd64", narrow: "-686"),
    build: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-02)", reportBuild: "#1  Debian 6.1.176-1",
    watermarkScaleFactor: 10, watermarkBoostFactor: 15_000, alignsMappingsToHugePages: false,
    oom: .linux61, missingTunables: [], footprint64: .debianAMD64, footprint32: .debian686)

  /// Linux 6.18, under which the recordings of glibc's malloc were made: it places mappings by other rules
  /// than 6.1. What it takes at boot and how it reclaims is not modelled apart from 6.1's.
  public static let linux618 = KernelProfile(
    version: "6.18", release: "6.18.44", flavours: (wide: "", narrow: ""),
    build: "#1 SMP PREEMPT_DYNAMIC", reportBuild: "#1 PREEMPT(lazy) ", watermarkScaleFactor: 10,
    watermarkBoostFactor: 15_000, alignsMappingsToHugePages: true, oom: .linux618, missingTunables: [],
    footprint64: .debianAMD64,
    footprint32: .debian686)

  /// Linux 3.10: the arithmetic of its OOM killer, the scores it shows, the words it uses, and which settings it has.
  /// What it takes at boot, how it reclaims and its other files are not modelled apart from 6.1's.
  public static let linux310 = KernelProfile(
    version: "3.10", release: "3.10.0", flavours: (wide: "", narrow: ""), build: "#1 SMP",
    reportBuild: "#1", watermarkScaleFactor: 10, watermarkBoostFactor: 0, alignsMappingsToHugePages: false,
    oom: .linux310,
    missingTunables: [
      "compact_unevictable_allowed", "compaction_proactiveness", "dirtytime_expire_seconds",
      "overcommit_kbytes",
      "percpu_pagelist_high_fraction", "watermark_boost_factor", "watermark_scale_factor",
    ],
    footprint64: .debianAMD64, footprint32: .debian686)
}

/// Memory that a kernel image and its early boot take, calibrated on booted kernels.
struct BootFootprint: Hashable, Sendable {
  /// The image as /proc/iomem names it.
  let map: ImageMap
  /// Where the parts of the image lie that stay: text, read-only data, data, bss.
  let image: [FrameRange]
  /// The instructions for other processors and for one CPU, freed before the watermarks are computed.
  let alternatives: FrameRange
  /// Parts of the image that are freed at the end of boot, in the order of freeing.
  let freedImage: [FrameRange]
  /// Pages of the initial RAM disk, which lies at the top of low memory and is freed at the end of boot.
  let ramDiskPages: Int
  /// The early heap behind the image, from which the first page tables come (`.brk`).
  let breakArea: FrameRange
  /// Pages per CPU of the first per-CPU chunk, and those that are added to it during boot.
  let perCPUPages: Int, addedPerCPUPages: Int
  /// What the kernel has taken when the first program runs, beside what has a formula or a name.
  let takings: BootTakings

  static func == (left: BootFootprint, right: BootFootprint) -> Bool {
    left.image == right.image && left.takings == right.takings
  }

  func hash(into hasher: inout Hasher) { hasher.combine(image) }
}

extension BootFootprint {
  /// A run of frames from one frame number up to but not including another.
  private static func frames(_ start: Int, _ end: Int) -> FrameRange {
    FrameRange(start: FrameNumber(start), count: end - start)
  }

  /// linux-image-6.1.0-50-amd64.
  static let debianAMD64 = BootFootprint(
    map: .debianAMD64,
    image: [
      frames(0x1000, 0x1e02), frames(0x2000, 0x28e7), frames(0x2a00, 0x3043), frames(0x330d, 0x3403),
      frames(0x3600, 0x4400),
    ],
    alternatives: frames(0x3043, 0x304c),
    freedImage: [
      frames(0x3403, 0x3600), frames(0x304c, 0x330d), frames(0x1e02, 0x2000), frames(0x28e7, 0x2a00),
    ],
    ramDiskPages: 362, breakArea: frames(0x4400, 0x4411), perCPUPages: 62, addedPerCPUPages: 3,
    takings: .debianAMD64)

  /// linux-image-6.1.0-50-686.
  static let debian686 = BootFootprint(
    map: .debian686,
    image: [frames(0x1000, 0x1d86), frames(0x1e72, 0x1ee6)],
    alternatives: frames(0x1d86, 0x1d8e),
    freedImage: [frames(0x1d8e, 0x1e72)],
    ramDiskPages: 368, breakArea: frames(0x1ee6, 0x1ef6), perCPUPages: 33, addedPerCPUPages: 0,
    takings: .debian686)
}
