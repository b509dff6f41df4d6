// swift-tools-version: 6.0
import PackageDescription

// Five small tools that use memsh as anybody would. A package of your own names its address instead of a path:
// .package(url: "<the address of this repository>", from: "0.2.0")
let memsh = Target.Dependency.product(name: "MemScript", package: "memsh")

let package = Package(
  name: "examples",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "memsh", path: "../.."),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
  ],
  targets: [
    .executableTarget(name: "what-if", dependencies: [memsh]),
    .executableTarget(name: "mem-lint", dependencies: [memsh]),
    .executableTarget(name: "grade", dependencies: [memsh]),
    .executableTarget(name: "batch", dependencies: [memsh]),
    .executableTarget(
      name: "memsh-server", dependencies: [memsh, .product(name: "FlyingFox", package: "FlyingFox")]),
  ],
  swiftLanguageModes: [.v6]
)
