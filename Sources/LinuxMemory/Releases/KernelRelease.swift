// What a kernel version brings along: its facts, settings, counters and words, and its builds.

/// A kernel version with its configuration: everything about it that is no rule but a number, a name or a choice.
///
/// A release has a folder of its own in `Releases/`, which names what it has in common with another one; code asks for
/// the named fact, never for the version.
public struct KernelRelease: Hashable, Sendable {
  /// The version as written in `machine kernel=…`.
  public let version: String
  /// The release that `uname -r` prints, without the flavour.
  package let release: String
  /// What `uname -v` prints.
  package let buildText: String
  /// How the kernel's own reports shorten ``buildText``.
  let reportBuildText: String
  /// Who built the kernel and with which compiler, as in `/proc/version`.
  package let builder: String
  /// Whether mappings of whole huge pages begin at a multiple of one (`thp_get_unmapped_area` for anonymous
  /// memory; since Linux 6.7, from 6.13 on only for lengths that are a multiple).
  package let alignsMappingsToHugePages: Bool
  /// Whether madvise(2) can mark guard pages (since Linux 6.13).
  let hasGuardPages: Bool
  /// Whether it has control groups of version 2; the memory controller is 6.1's.
  let hasControlGroups: Bool
  /// What happens when memory ends.
  package let oom: OOMRules
  /// In which words it reports about memory.
  let wording: ReportWording
  /// The files of `/proc/sys/vm` with their values as booted, in order.
  let tunables: [Tunable]
  /// The counters of `/proc/vmstat` and `/proc/zoneinfo`, in order.
  package let counters: KernelCounterList
  /// Its builds by architecture.
  let builds: KernelBuilds

  /// The build for an architecture.
  func build(for architecture: Architecture) -> KernelBuild { builds[architecture] }

  /// The files of `/proc/sys/vm` that it has on an architecture, in order.
  func tunables(on profile: ArchitectureProfile) -> [Tunable] {
    tunables.filter { !$0.needsNodes || profile.hasNodes }
  }

  /// The names of the files of `/proc/sys/vm` that some release has, sorted, and which of them can only be written.
  package static let tunableFiles: [(name: String, isTrigger: Bool)] = {
    var found: [String: Bool] = [:]
    for tunable in all.flatMap(\.tunables) where tunable.isFile { found[tunable.name] = tunable.isTrigger }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }()

  /// The value of a setting as booted.
  func bootedValue(of name: String) -> Int { tunables.first { $0.name == name }?.booted ?? 0 }

  /// `uname -r`, such as `6.1.0-50-amd64`.
  package func releaseText(_ architecture: Architecture) -> String {
    release + build(for: architecture).flavour
  }

  /// The kernel as the head of a report names it: `uname -r`, then what `uname -v` begins with.
  func bannerText(_ architecture: Architecture) -> String {
    "\(releaseText(architecture)) \(reportBuildText)"
  }

  /// Compares by version: there is one value for each.
  public static func == (left: KernelRelease, right: KernelRelease) -> Bool { left.version == right.version }

  /// Hashes the version.
  public func hash(into hasher: inout Hasher) { hasher.combine(version) }

  /// The kernels that can be asked for.
  public static let all = [linux61, linux618, linux310]
}
