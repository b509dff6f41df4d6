// The environment that the shell hands to the programs it starts.

import LinuxMemory

/// The exported variables in the order of their first export.
struct ExportedVariables: Sendable, Equatable, Codable {
  /// One of them.
  struct Variable: Sendable, Equatable, Codable {
    var name: String
    var value: String
  }

  private(set) var list: [Variable] = []

  /// Exports a variable.
  mutating func set(_ name: String, to value: String) {
    if let index = list.firstIndex(where: { $0.name == name }) {
      list[index].value = value
    } else {
      list.append(Variable(name: name, value: value))
    }
  }

  /// About how many bytes the variables take.
  var stateByteCount: Int { list.reduce(0) { $0 + 64 + $1.name.utf8.count + $1.value.utf8.count } }

  /// Takes a variable out.
  mutating func remove(_ name: String) { list.removeAll { $0.name == name } }

  /// What a program's malloc reads in it.
  ///
  /// - Parameters:
  ///   - machineTunables: `GLIBC_TUNABLES` of every program for which the shell exports no other.
  ///   - forced: assignments as in `GLIBC_TUNABLES` that win over everything; empty for none.
  func mallocTunables(over machineTunables: String, forced: String = "") -> MallocTunables {
    var environment =
      machineTunables.isEmpty
      ? [] : [EnvironmentVariable(name: MallocTunables.variable, value: machineTunables)]
    environment += list.map { EnvironmentVariable(name: $0.name, value: $0.value) }
    if !forced.isEmpty {
      let own = environment.last { $0.name == MallocTunables.variable }?.value ?? ""
      let all = own.isEmpty ? forced : "\(own):\(forced)"
      environment.append(EnvironmentVariable(name: MallocTunables.variable, value: all))
    }
    return MallocTunables(environment: environment)
  }
}
