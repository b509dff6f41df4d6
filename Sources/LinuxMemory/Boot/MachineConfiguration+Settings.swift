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

  /// Makes a configuration from a text such as `ram=2G, swap=512M`, as a `machine` statement has it.
  ///
  /// - Parameters:
  ///   - text: settings with commas between; an empty text changes nothing.
  ///   - base: the configuration that they change.
  /// - Throws: `ConfigurationError` for a text that is no list of settings, and as ``init(settings:base:)``.
  public init(
    _ text: String, base: MachineConfiguration = MachineConfiguration()
  ) throws(ConfigurationError) {
    try self.init(settings: try Self.settings(in: text), base: base)
  }

  /// The `key=value` pairs of a text with commas between them.
  package static func settings(in text: String) throws(ConfigurationError) -> [(key: String, value: String)] {
    var settings: [(key: String, value: String)] = []
    if text.isEmpty { return [] }
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard part.contains(where: { $0 != " " }) else {
        throw ConfigurationError(key: "", message: "a setting is missing")
      }
      let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = pieces[0].withoutSpaces
      guard pieces.count == 2, !key.isEmpty else {
        throw ConfigurationError(key: key, message: "'\(part)' is not key=value")
      }
      guard !settings.contains(where: { $0.key == key }) else {
        throw ConfigurationError(key: key, message: "'\(key)' is given twice")
      }
      settings.append((key, pieces[1].withoutSpaces))
    }
    return settings
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
      throw ConfigurationError(key: "glibc", message: GlibcRelease.refusal(of: glibc))
    }
    guard profile.isWide || glibcRelease.isRecordedNarrow else {
      let narrow = GlibcRelease.all.filter(\.isRecordedNarrow).map(\.version).joined(separator: ", ")
      throw ConfigurationError(
        key: "glibc", message: "glibc=\(glibc) was recorded with 64 bits only; accepted on i386 is \(narrow)")
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
    guard let bytes = ByteCount.parse(value) else { throw refused(key, value, sizeHint(value)) }
    return bytes
  }

  /// What would be a size instead of a text that is none.
  private static func sizeHint(_ value: String) -> String {
    if value.hasPrefix("-") { return "a size from 0, such as 512M" }
    if value.uppercased().hasSuffix("B"), ByteCount.parse(String(value.dropLast())) != nil {
      return "a size without B: \(value.dropLast())"
    }
    let digits = value.prefix { ("0"..."9").contains($0) }
    if digits.utf8.count > 15 { return "at most 16T" }
    let rest = value.dropFirst(digits.count)
    if rest.hasPrefix("."), let unit = value.last,
      let smaller = ["K": "", "M": "K", "G": "M", "T": "G"][unit.uppercased()],
      let whole = UInt64(digits), whole < 1 << 20, let fraction = Double("0" + rest.dropLast())
    {
      return "a whole number of bytes: \(whole * 1024 + UInt64(fraction * 1024))\(smaller)"
    }
    return "a size such as 512M or 1.5G"
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

extension MachineConfiguration {
  /// Each setting with its value, as `init(settings:base:)` reads them.
  public var settingTexts: [(key: String, value: String)] {
    Self.settingKeys.compactMap { key in
      switch key {
      case "ram": (key, ByteCount.text(ram))
      case "swap": (key, ByteCount.text(swap))
      case "disk": (key, ByteCount.text(disk))
      case "arch": (key, architecture.rawValue)
      case "cpus": (key, String(cpus))
      case "kernel": (key, kernel.version)
      case "glibc": (key, glibc)
      case "tunables": mallocTunables.isEmpty ? nil : (key, mallocTunables)
      case "thp": (key, transparentHugePages.rawValue)
      case "aslr": (key, addressSpaceRandomization.map { String($0) } ?? "off")
      default: nil
      }
    }
  }

  /// The values of a setting that has few, or some that people take, for completion; empty for an unknown key.
  public static func values(ofSetting key: String) -> [String] {
    switch key {
    case "ram": ["256M", "512M", "1G", "2G", "4G", "16G"]
    case "swap": ["0", "256M", "512M", "1G", "2G"]
    case "disk": ["0", "1G", "10G"]
    case "arch": Architecture.allCases.map(\.rawValue)
    case "cpus": ["1", "2", "4", "8"]
    case "kernel": KernelRelease.all.map(\.version)
    case "glibc": GlibcRelease.all.map(\.version)
    case "thp": TransparentHugePages.allCases.map(\.rawValue)
    case "aslr": ["off", "0", "1"]
    default: []
    }
  }

  /// What each setting means, and which values it takes.
  public static let settingHelp: [(key: String, values: String, preset: String, meaning: String)] = {
    let defaults = MachineConfiguration().settingTexts
    func preset(_ key: String) -> String { defaults.first { $0.key == key }?.value ?? "none" }
    let memory = Architecture.allCases.map { architecture in
      let limits = ramLimits(architecture)
      return
        "\(ByteCount.text(limits.lowerBound))...\(ByteCount.text(limits.upperBound)) (\(architecture.rawValue))"
    }
    let swapSizes = Architecture.allCases.map { "40K...\(ByteCount.text(swapLimit($0))) (\($0.rawValue))" }
    return [
      ("ram", memory.joined(separator: ", ") + ", in pages of 4K", preset("ram"), "Installed memory."),
      (
        "swap", "0, or " + swapSizes.joined(separator: ", "), preset("swap"), "Swap space that is on at boot."
      ),
      ("disk", "0...16T, in pages of 4K", preset("disk"), "The size of a disk /dev/vda."),
      (
        "arch", Architecture.allCases.map(\.rawValue).joined(separator: ", "), preset("arch"),
        "The architecture."
      ),
      ("cpus", "1...\(cpuLimit)", preset("cpus"), "How many CPUs there are."),
      (
        "kernel", KernelRelease.all.map(\.version).joined(separator: ", "), preset("kernel"),
        "The kernel's version."
      ),
      ("glibc", glibcVersions.joined(separator: ", "), preset("glibc"), "The C library's version."),
      (
        "tunables", "name=value:...", preset("tunables"),
        "GLIBC_TUNABLES in the environment of every program."
      ),
      (
        "thp", TransparentHugePages.allCases.map(\.rawValue).joined(separator: ", "), preset("thp"),
        "When the kernel gives transparent huge pages."
      ),
      ("aslr", "off, or a number as the seed", preset("aslr"), "Whether and how addresses are randomised."),
    ]
  }()
}

extension Substring {
  /// Without the spaces at both ends.
  fileprivate var withoutSpaces: String {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
