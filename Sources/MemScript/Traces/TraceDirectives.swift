// What a trace says of the conditions in which it was recorded, in lines that begin with `#!`.

import LinuxMemory

extension AllocationTrace {
  /// Reads `#!env NAME=VALUE` for the variables that malloc reads, `#!cpus N`, `#!stacks own`, `#!vectors logged`; any other
  /// line is a comment.
  mutating func readDirective(_ line: inout TraceLineCursor) {
    func rest() -> String {
      String(decoding: line.bytes[line.position..<line.line.upperBound], as: UTF8.self)
    }
    if line.skip("#!env ") {
      let parts = rest().split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, MallocTunables.variables.contains(String(parts[0])) else { return }
      environment.append(EnvironmentVariable(name: String(parts[0]), value: String(parts[1])))
    } else if line.skip("#!cpus ") {
      processorCount = Int(rest())
    } else if line.skip("#!stacks own") {
      hasOwnStacks = true
    } else if line.skip("#!vectors logged") {
      logsVectors = true
    }
  }
}
