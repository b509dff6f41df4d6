// Every release fills every table, on every architecture.

import Testing

@testable import LinuxMemory

@Suite struct ReleasesTests {
  /// A release and an architecture.
  struct Pair: CustomTestStringConvertible, Sendable {
    var release: KernelRelease
    var architecture: Architecture
    var testDescription: String { "\(release.version) on \(architecture.rawValue)" }

    static let all = KernelRelease.all.flatMap { release in
      Architecture.allCases.map { Pair(release: release, architecture: $0) }
    }
  }

  private func machine(_ pair: Pair) throws -> Machine {
    var configuration = MachineConfiguration()
    configuration.kernel = pair.release
    configuration.architecture = pair.architecture
    return try Machine(configuration: configuration)
  }

  @Test("a build has an image, caches, areas and a place for every warning", arguments: Pair.all)
  func build(pair: Pair) {
    let build = pair.release.build(for: pair.architecture)
    #expect(!build.footprint.image.isEmpty && !build.footprint.freedImage.isEmpty)
    #expect(build.footprint.ramDiskPages > 0 && build.footprint.perCPUPages > 0)
    #expect(!build.footprint.map.parts.isEmpty)
    #expect(build.footprint.takings.programs > 0 && build.footprint.takings.others > 0)
    #expect(!build.slabs.caches.isEmpty && build.slabs.largePages > 0)
    let names = Set(build.slabs.caches.map(\.name))
    #expect(names.count == build.slabs.caches.count)
    #expect(names.contains(build.slabs.freeObjects.name))
    #expect(names.isSuperset(of: ["kmem_cache", "vmap_area", "radix_tree_node", "kmalloc-8", "kmalloc-8k"]))
    let areas = build.virtualAreas.areas
    #expect(!areas.isEmpty && areas.allSatisfy { $0.size > 4096 })
    #expect(areas.map(\.start) == areas.map(\.start).sorted())
    #expect(Set(build.warnings.keys) == Set(KernelWarning.allCases))
    let calibrated = build.calibrated
    #expect(calibrated.takenBeforeReserves.base > 0 && calibrated.kswapdTurns > 0)
    #expect(
      (0...1000).contains(calibrated.swapResidue.small) && (0...1000).contains(calibrated.swapResidue.huge))
  }

  @Test("a machine boots with the release's settings, and all its names lead somewhere", arguments: Pair.all)
  func settings(pair: Pair) throws {
    let machine = try machine(pair)
    let table = pair.release.tunables(on: pair.architecture.profile)
    #expect(machine.tunables.names == table.filter(\.isFile).map(\.name))
    #expect(machine.tunables.names == machine.tunables.names.sorted())
    for tunable in table {
      guard tunable.isFile else {
        #expect(throws: ErrorNumber.ENOENT) { try machine.tunables.text(of: tunable.name).get() }
        continue
      }
      if tunable.isTrigger {
        #expect(throws: ErrorNumber.EACCES) { try machine.tunables.text(of: tunable.name).get() }
      } else if let value = tunable.booted {
        #expect(try machine.tunables.text(of: tunable.name).get() == String(value))
      } else {
        #expect(try machine.tunables.text(of: tunable.name).get() != "0", "\(tunable.name) is set at boot")
      }
    }
    #expect(machine.invariantViolations() == [])
  }

  @Test("a release has each counter once, and a value for each", arguments: Pair.all)
  func counters(pair: Pair) throws {
    let machine = try machine(pair)
    let names = machine.counters.map(\.name)
    #expect(Set(names).count == names.count && names.count > 120)
    #expect(machine.counters.contains { $0.name == "pgfree" && $0.value > 0 })
    let zones = machine.pageAllocator.zones
    for (zone, statistics) in zip(zones, machine.zoneStatistics) {
      let counters = machine.counters(of: zone, statistics)
      #expect(counters.first?.name == "nr_free_pages" && counters.first?.value == zone.freePages)
    }
  }

  @Test("what a release brings is nobody's second truth")
  func singleTruth() {
    // Linux 3.10 has no boost of watermarks and no file for it; its scale is that of all kernels.
    let old = KernelRelease.linux310.tunables
    #expect(old.first { $0.name == "watermark_boost_factor" }.map { !$0.isFile && $0.booted == 0 } == true)
    #expect(old.first { $0.name == "watermark_scale_factor" }.map { !$0.isFile && $0.booted == 10 } == true)
    #expect(KernelRelease.linux61.bootedValue(of: "watermark_boost_factor") == 15_000)
  }
}
