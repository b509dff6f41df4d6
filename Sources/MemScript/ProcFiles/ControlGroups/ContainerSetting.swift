// The settings of a container, with the files of its control group that they are written to.

import LinuxMemory

/// What may stand behind the name of a container.
enum ContainerSetting: String, CaseIterable {
  case high, low, memory, min
  case oomGroup = "oom_group"
  case swap

  /// As many bytes as the name of a directory has (NAME_MAX).
  static let longestName = 255

  /// The setting of a name: its own, or the file's.
  init?(_ name: String) {
    guard let found = Self.allCases.first(where: { $0.rawValue == name || $0.file.rawValue == name }) else {
      return nil
    }
    self = found
  }

  /// The file that it is written to.
  var file: ControlGroupFile {
    switch self {
    case .high: .memoryHigh
    case .low: .memoryLow
    case .memory: .memoryMaximum
    case .min: .memoryMinimum
    case .oomGroup: .memoryOOMGroup
    case .swap: .swapMaximum
    }
  }
}
