// swift-tools-version: 6.1
// Micro-benchmarks of the libraries, in a package of their own so that nobody who embeds memsh resolves
// what they need. Run them with: swift package --package-path scripts/benchmarks benchmark
import PackageDescription

let package = Package(
  name: "memsh-benchmarks",
  dependencies: [
    .package(name: "memsh", path: "../.."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.29.0", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "LibraryBenchmarks",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "LinuxMemory", package: "memsh"),
        .product(name: "MemScript", package: "memsh"),
      ],
      path: "Benchmarks/LibraryBenchmarks",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
