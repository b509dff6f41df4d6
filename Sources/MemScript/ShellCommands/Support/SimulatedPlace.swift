// Where simulated files can lie, and what directories follow from them.

import LinuxMemory

/// What a path of the simulated machine is, as far as it is not of `/proc` or `/sys`.
enum SimulatedPlace: Equatable {
  /// A file or disk.
  case file(SimulatedFile)
  /// A device without pages: `/dev/null`, `/dev/zero` or `/dev/urandom`.
  case stream(SimulatedStream)
  /// A directory: it holds a file, or is one that every system has.
  case directory
  /// Nothing, but a file could be made here.
  case vacant
  /// Nothing can be made here.
  case reserved

  /// What lies at an absolute path.
  init(_ path: String, on machine: Machine) {
    let head = path.hasSuffix("/") ? path : path + "/"
    if let file = machine.files.file(at: path) {
      self = .file(file)
    } else if let stream = SimulatedStream(rawValue: path) {
      self = .stream(stream)
    } else if Self.directories.contains(path) || machine.files.isDirectory(path)
      || machine.files.mounts.contains(where: { $0.path == path })
    {
      self = .directory
    } else if machine.files.isTemporary(path) {
      self = .vacant
    } else {
      let isReserved = ["/proc/", "/sys/", "/dev/"].contains { head.hasPrefix($0) }
      self = isReserved ? .reserved : .vacant
    }
  }

  /// The directories that are there without a file.
  private static let directories = [
    "/", "/dev", "/etc", "/home", "/mnt", "/opt", "/root", "/run", "/srv", "/tmp", "/usr", "/var", "/var/tmp",
  ]

  /// The names that simulated files and devices give a directory, sorted.
  static func entries(of directory: String, on machine: Machine) -> [String] {
    let head = directory == "/" ? "/" : directory + "/"
    let paths = SimulatedStream.allCases.map(\.rawValue) + Self.directories
    let names = paths.filter { $0.hasPrefix(head) }.compactMap {
      $0.dropFirst(head.count).split(separator: "/").first.map { String($0) }
    }
    return Set(names + machine.files.names(in: directory)).sorted()
  }
}

/// A character device that gives or takes bytes without end.
enum SimulatedStream: String, CaseIterable {
  /// Takes everything and gives nothing.
  case null = "/dev/null"
  /// Gives random bytes.
  case random = "/dev/urandom"
  /// Gives zeros.
  case zero = "/dev/zero"

  /// Its device number's second part; the first is 1 (Documentation/admin-guide/devices.txt).
  var minor: Int {
    switch self {
    case .null: 3
    case .zero: 5
    case .random: 9
    }
  }
}

extension Session {
  /// What lies at an absolute path of the present machine.
  func place(at path: String) -> SimulatedPlace { inspectMachine { SimulatedPlace(path, on: $0) } }
}
