// What the simulated kernel says of itself: /proc/version, uname(1) and /proc/cmdline.

import LinuxMemory

/// The names and versions of a machine's kernel.
struct SystemIdentity: Equatable {
  /// `uname -n`; a machine without a network has no name.
  let hostName = "(none)"
  /// `uname -r`, such as `6.1.0-50-amd64`.
  let release: String
  /// `uname -v`.
  let version: String
  /// `uname -m`.
  let machine: String
  /// Who built the kernel and with which compiler, as in `/proc/version`.
  let builder: String
  /// The options that the kernel was booted with, as far as they tell how the simulated machine behaves.
  let commandLine: String

  /// The identity of a machine; the text of Debian's packages linux-image-6.1.0-50-amd64 and -686.
  init(of machine: Machine) {
    let configuration = machine.configuration
    release = configuration.kernel.releaseText(configuration.architecture)
    version = configuration.kernel.buildText
    self.machine = configuration.profile.name
    builder = configuration.kernel.builder
    let fixedAddresses = configuration.addressSpaceRandomization == nil ? " norandmaps" : ""
    commandLine = "nokaslr no_hash_pointers" + fixedAddresses
  }

  /// The content of `/proc/version`.
  var banner: String { "Linux version \(release) \(builder) \(version)\n" }
}

/// The content of `/proc/cpuinfo`, as far as the simulated processors have properties.
enum ProcessorInformationText {
  /// One paragraph for each CPU.
  static func text(of configuration: MachineConfiguration) -> String {
    let profile = configuration.profile
    let virtualBits = profile.virtualAddressBits
    let physicalBits = profile.physicalLimit.trailingZeroBitCount
    var text = ""
    for cpu in 0..<configuration.cpus {
      text += "processor\t: \(cpu)\n"
      text += "clflush size\t: \(profile.cacheLineSize)\ncache_alignment\t: \(profile.cacheLineSize)\n"
      text += "address sizes\t: \(physicalBits) bits physical, \(virtualBits) bits virtual\n\n"
    }
    return text
  }
}
