// swift-tools-version: 6.0
import Foundation
import PackageDescription

let package = Package(
  name: "memsh",
  products: [
    .library(name: "KernelText", targets: ["KernelText"]),
    .library(name: "LinuxMemory", targets: ["LinuxMemory"]),
    .library(name: "ScriptLanguage", targets: ["ScriptLanguage"]),
    .library(name: "MemScript", targets: ["MemScript"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0")
  ],
  targets: [
    .target(
      name: "LinuxMemory",
      dependencies: ["KernelText", .product(name: "DequeModule", package: "swift-collections")]),
    .target(name: "KernelText"),
    .target(name: "ScriptLanguage"),
    .target(name: "MemScript", dependencies: ["KernelText", "LinuxMemory", "ScriptLanguage"]),
  ],
  swiftLanguageModes: [.v6]
)

// Who depends on the libraries gets neither the executable nor what it and the tests alone need. SwiftPM reads the manifest
// of a dependency from its repository first, as if it lay in `/`, and then from a folder `checkouts` beside the state of the
// workspace for which it was checked out.
let folder = URL(fileURLWithPath: Context.packageDirectory).deletingLastPathComponent()
let isDependency =
  Context.packageDirectory == "/"
  || folder.lastPathComponent == "checkouts"
    && FileManager.default.fileExists(
      atPath: folder.deletingLastPathComponent().appendingPathComponent("workspace-state.json").path)

if !isDependency {
  package.products.append(.executable(name: "memsh", targets: ["memsh"]))
  package.dependencies.append(
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"))
  package.targets += [
    .systemLibrary(name: "CReadline"),
    .executableTarget(
      name: "memsh",
      dependencies: [
        "MemScript", "CReadline",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // Links to scripts/scenarios, so that the shell has them wherever it runs.
      resources: [.embedInCode("Scenarios")]),
    .testTarget(name: "KernelTextTests", dependencies: ["KernelText"]),
    .testTarget(name: "LinuxMemoryTests", dependencies: ["LinuxMemory"], exclude: ["Recordings"]),
    .testTarget(name: "ScriptLanguageTests", dependencies: ["ScriptLanguage"]),
    .testTarget(name: "MemScriptTests", dependencies: ["KernelText", "MemScript"], exclude: ["Recordings"]),
    .testTarget(
      name: "memshTests", dependencies: ["memsh"], exclude: ["Embedding/PublicSymbols"]),
  ]
}

// Set by .ci/run. Unsafe flags bar a package from being depended on, so nobody else gets them.
if Context.environment["MEMSH_WARNINGS_AS_ERRORS"] != nil {
  for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-warnings-as-errors"])]
  }
}
