// Runs many scripts at once, each in a session of its own, and sums up; Ctrl-C cancels them all.
// Usage: batch [--jobs N] FILE ...

import Foundation
import MemScript

@main
struct Batch {
  static func main() async {
    var files = Array(CommandLine.arguments.dropFirst())
    var jobs = ProcessInfo.processInfo.activeProcessorCount
    if files.first == "--jobs", files.count > 2, let number = Int(files[1]), number > 0 {
      jobs = number
      files.removeFirst(2)
    }
    guard !files.isEmpty else {
      FileHandle.standardError.write(Data("usage: batch [--jobs N] FILE ...\n".utf8))
      exit(2)
    }
    let lines = await withTaskGroup(of: (Int, String, Bool).self) { group in
      var next = files.indices.makeIterator()
      func addOne() {
        guard let index = next.next() else { return }
        let file = files[index]
        group.addTask {
          let (line, isGood) = run(file)
          return (index, line, isGood)
        }
      }
      for _ in 0..<jobs { addOne() }
      var lines: [(Int, String, Bool)] = []
      while let line = await group.next() {
        lines.append(line)
        addOne()
      }
      return lines.sorted { $0.0 < $1.0 }
    }
    for (_, line, _) in lines { print(line) }
    let good = lines.count(where: \.2)
    print("\(good) of \(lines.count) finished")
    exit(good == lines.count ? 0 : 1)
  }

  static func run(_ file: String) -> (String, Bool) {
    do {
      var printed = 0
      let session = try Session(limits: ScriptLimits(steps: 100_000_000)) { _, text in
        printed += text.utf8.count
      }
      let outcome = session.run(try String(contentsOfFile: file, encoding: .utf8), name: file)
      let usage =
        "\(printed) bytes printed, \(session.stepsTaken) steps, \(session.machine.clock / 1000) ms simulated"
      return (
        "\(file): \(outcome.failure?.kind.code ?? "exit \(outcome.exitStatus)"), \(usage)",
        outcome == .finished
      )
    } catch {
      return ("\(file): \(error)", false)
    }
  }
}
