// Runs a script, and then what-ifs that all start from the state behind it, at the same time.
// Usage: what-if SCRIPT 'VARIANT' ...     for example: what-if base.mem 'swapoff -a' 'sysctl -q vm.swappiness=0'

import Foundation
import MemScript

@main
struct WhatIf {
  /// What came of one variant.
  struct Result: Sendable {
    var variant: String
    var outcome: String
    var free: UInt64
    var processes: [String: UInt64]
    var killed: [String]
  }

  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let path = arguments.first, arguments.count > 1 else {
      FileHandle.standardError.write(Data("usage: what-if SCRIPT 'VARIANT' ...\n".utf8))
      exit(2)
    }
    let session = try Session { kind, text in
      if kind != .standard { FileHandle.standardError.write(Data(text.utf8)) }
    }
    guard session.run(try String(contentsOfFile: path, encoding: .utf8), name: path) == .finished else {
      exit(1)
    }
    let base = session.snapshot()

    // A snapshot is a value: each task makes a session of its own from it.
    let results = await withTaskGroup(of: (Int, Result).self) { group in
      for (index, variant) in arguments.dropFirst().enumerated() {
        group.addTask { (index, explore(variant, from: base)) }
      }
      var results: [(Int, Result)] = []
      for await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
    print("before: \(describe(sizes(of: base.machine))), \(base.machine.freeBytes >> 20) MiB free")
    for result in results {
      print(
        "\(result.variant): \(result.outcome), \(describe(result.processes)), \(result.free >> 20) MiB free")
      for name in result.killed { print("  the OOM killer took \(name)") }
    }
  }

  static func explore(_ variant: String, from base: SessionSnapshot) -> Result {
    let session = Session(from: base, limits: ScriptLimits(steps: 10_000_000))
    let outcome = session.run(variant, name: "variant")
    let kills = session.machine.oomVerdicts.dropFirst(base.machine.oomVerdicts.count)
    return Result(
      variant: variant,
      outcome: outcome.failure.map { "failed (\($0.kind.code))" } ?? "exit status \(outcome.exitStatus)",
      free: session.machine.freeBytes, processes: sizes(of: session.machine),
      killed: kills.compactMap { verdict in
        verdict.ranking.candidates.first { $0.process == verdict.victim }?.name
      })
  }

  static func sizes(of machine: Machine) -> [String: UInt64] {
    Dictionary(
      machine.processes.live.filter { $0.id.rawValue > 1 }.map { ($0.name, $0.residentBytes) },
      uniquingKeysWith: +)
  }

  static func describe(_ sizes: [String: UInt64]) -> String {
    sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value >> 10) KiB" }
      .joined(separator: ", ")
  }
}
