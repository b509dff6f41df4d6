// Which process a name in a script means.

import LinuxMemory

/// The names that `process NAME { … }` and `fork NAME` gave, each with the last process that bore it.
struct ProcessNames: Sendable, Equatable {
  private var identifiers: [String: ProcessID] = [:]
  private var bearers: [ProcessID: String] = [:]

  /// About how many bytes the names take.
  private(set) var stateByteCount = 0

  /// All names, sorted.
  var all: [String] { identifiers.keys.sorted() }

  /// The last process of that name, dead or alive.
  func identifier(of name: String) -> ProcessID? { identifiers[name] }

  /// The name of a process, when it is the last that bore it.
  func name(of process: ProcessID) -> String? {
    bearers[process]
  }

  /// Gives a name to a process.
  mutating func bind(_ name: String, to process: ProcessID) {
    if let earlier = identifiers.updateValue(process, forKey: name) {
      bearers[earlier] = nil
    } else {
      stateByteCount += 128 + name.utf8.count
    }
    bearers[process] = name
  }
}

extension ProcessNames: Codable {
  private enum CodingKeys: String, CodingKey {
    case processes, bearers
  }

  /// Reads the names.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let processes = try values.decode([String: Int32].self, forKey: .processes)
    let bearers = Set(try values.decode([String].self, forKey: .bearers))
    for (name, number) in processes.sorted(by: { $0.key < $1.key }) {
      bind(name, to: ProcessID(number))
      if !bearers.contains(name) { self.bearers[ProcessID(number)] = nil }
    }
  }

  /// Writes the names, and which of them are those of their processes still.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(identifiers.mapValues(\.rawValue), forKey: .processes)
    try values.encode(bearers.values.sorted(), forKey: .bearers)
  }
}
