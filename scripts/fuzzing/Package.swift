// swift-tools-version: 6.0
import PackageDescription

// Apart from memsh's own package: everything here is built with the instrumentation of libFuzzer, which scripts/fuzz
// asks for on the command line.
let package = Package(
  name: "fuzzing",
  dependencies: [.package(name: "memsh", path: "../..")],
  targets: [
    .executableTarget(
      name: "Fuzz",
      dependencies: [.product(name: "MemScript", package: "memsh")])
  ],
  swiftLanguageModes: [.v6]
)
