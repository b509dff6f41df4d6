// A program that imports the libraries, compiled against the modules that these tests were linked with.

import Foundation
import Testing

/// Compiling and running a text of Swift; a package of its own would build the libraries again.
enum CompiledProgram {
  /// The compiled files that memsh is linked from, without its own and those of the argument parser.
  private static func objects() throws -> [String] {
    let list = Memsh.products.appendingPathComponent("memsh.product/Objects.LinkFileList")
    return try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: "'\""))
    }.filter { !$0.contains("/memsh.build/") && !$0.contains("/ArgumentParser") }
  }

  /// Compiles a main program without a warning and runs it.
  static func run(_ program: String) throws -> Memsh {
    let folder = try TemporaryFolder()
    let source = try folder.write(program, to: "main.swift")
    let executable = folder.url.appendingPathComponent("program")
    let modules = Memsh.products.appendingPathComponent("Modules")
    let compile = try Memsh.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      [
        "swiftc", "-swift-version", "6", "-warnings-as-errors", "-I", modules.path, source, "-o",
        executable.path,
      ] + objects())
    try #require(compile.status == 0, "\(compile.output)\(compile.errors)")
    return try Memsh.run(executable, [])
  }
}
