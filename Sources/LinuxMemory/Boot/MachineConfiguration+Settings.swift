// Reading a machine configuration from `key=value` pairs.

extension MachineConfiguration {
  /// The keys that `init(settings:base:)` accepts, in the order in which help lists them.
  public static let settingKeys = [
    "ram", "swap", "disk", "arch", "cpus", "kernel", "glibc", "tunables", "thp", "aslr",
  ]

  /// Makes a configuration from `key=value` pairs.
  ///
  /// - Parameters:
  ///   - settings: keys and values as written; sizes are bytes or carry `K`, `M`, `G` or `T`.
  ///   - base: the configuration that the pairs change.
  /// - Throws: `ConfigurationError` naming the key, the value and what is accepted.
  public init(
    settings: [(key: String, value: String)], base: MachineConfiguration = MachineConfiguration()
  ) throws(ConfigurationError) {
    self = base
    for setting in settings { try apply(setting.key, setting.value) }
    try validate()
  }

  /// Checks that the values fit together.
  ///
  /// - Throws: `ConfigurationError` for the first that does not.
  public func validate() throws(ConfigurationError) {
    let limits = Self.ramLimits(architecture)
    guard limits.contains(ram) else {
      throw Self.refused(
        "ram", ByteCount.text(ram),
        "\(ByteCount.text(limits.lowerBound)) to \(ByteCount.text(limits.upperBound)) "
          + "with arch=\(architecture.rawValue)")
    }
    guard ram % 4096 == 0 else {
      throw Self.refused("ram", "\(ram)", "a whole number of 4 KiB pages")
    }
    let swapLimit = Self.swapLimit(architecture)
    guard swap <= swapLimit else {
      throw Self.refused("swap", ByteCount.text(swap), "0 to \(ByteCount.text(swapLimit))")
    }
    guard swap == 0 || swap >= 40_960 else {
      throw Self.refused("swap", ByteCount.text(swap), "0 for none, or at least 40K (mkswap's minimum)")
    }
    guard disk <= 16 << 40, disk % 4096 == 0 else {
      throw Self.refused("disk", ByteCount.text(disk), "0 for none to 16T, in whole pages of 4 KiB")
    }
    guard (1...Self.cpuLimit).contains(cpus) else {
      throw Self.refused("cpus", "\(cpus)", "1 to \(Self.cpuLimit)")
    }
    let least = Self.leastRAM(architecture, cpus: cpus)
    guard ram >= least else {
      throw Self.refused("ram", ByteCount.text(ram), "at least \(ByteCount.text(least)) with cpus=\(cpus)")
    }
    guard Self.glibcVersions.contains(glibc) else {
      throw Self.refused("glibc", glibc, Self.glibcVersions.joined(separator: ", "))
    }
  }

  private mutating func apply(_ key: String, _ value: String) throws(ConfigurationError) {
    switch key {
    case "ram": ram = try Self.size(key, value)
    case "swap": swap = try Self.size(key, value)
    case "disk": disk = try Self.size(key, value)
    case "arch": architecture = try Self.choice(key, value)
    case "thp": transparentHugePages = try Self.choice(key, value)
    case "cpus":
      guard let count = Int(value) else { throw Self.refused(key, value, "1 to \(Self.cpuLimit)") }
      cpus = count
    case "kernel":
      guard let release = KernelRelease.all.first(where: { $0.version == value }) else {
        throw Self.refused(key, value, KernelRelease.all.map(\.version).joined(separator: ", "))
      }
      kernel = release
    case "glibc": glibc = value
    case "tunables": mallocTunables = value
    case "aslr": addressSpaceRandomization = try Self.seed(key, value)
    default:
      throw ConfigurationError(
        key: key,
        message: "unknown machine setting '\(key)'; there are \(Self.settingKeys.joined(separator: ", "))")
    }
  }

  private static func size(_ key: String, _ value: String) throws(ConfigurationError) -> UInt64 {
    guard let bytes = ByteCount.parse(value) else {
      throw refused(key, value, "a size such as 512M or 1.5G")
    }
    return bytes
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ value: String
  ) throws(ConfigurationError) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: value) else {
      throw refused(key, value, Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  private static func seed(_ key: String, _ value: String) throws(ConfigurationError) -> UInt64? {
    if value == "off" || value == "false" { return nil }
    if let number = UInt64(value) { return number }
    if let number = Int64(value) { return UInt64(bitPattern: number) }
    if value.hasPrefix("0x"), let number = UInt64(value.dropFirst(2), radix: 16) { return number }
    throw refused(key, value, "off, or a number as the seed")
  }

  private static func refused(_ key: String, _ value: String, _ accepted: String) -> ConfigurationError {
    ConfigurationError(key: key, message: "\(key)=\(value) is not possible: accepted is \(accepted)")
  }
}
