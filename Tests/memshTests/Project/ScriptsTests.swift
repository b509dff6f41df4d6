// The two commands of the project, as far as they can be tried without building a release.

import Foundation
import Testing

@Suite struct ScriptsTests {
  private static let scripts = Memsh.package.appendingPathComponent("scripts")

  /// A copy of the scripts in a folder of its own, with a stand-in for what a build would make.
  private func standIn(isCurrent: Bool) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    for name in ["memsh", "support"] {
      try files.createDirectory(
        at: folder.url.appendingPathComponent("scripts"), withIntermediateDirectories: true)
      try files.copyItem(
        at: Self.scripts.appendingPathComponent(name),
        to: folder.url.appendingPathComponent("scripts/\(name)"))
    }
    _ = try folder.write("", to: "Package.swift")
    _ = try folder.write("", to: "Sources/memsh/Program.swift")
    let binary = try folder.write(
      "#!/bin/sh\necho \"ran in $PWD with $*\"\n", to: ".build-release/release/memsh")
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: binary)
    let stamp = try folder.write("", to: ".build-release/memsh.stamp")
    let time = Date(timeIntervalSinceNow: isCurrent ? 60 : -3600)
    try files.setAttributes([.modificationDate: time], ofItemAtPath: stamp)
    return folder
  }

  @Test func memshPassesArgumentsAndKeepsTheCurrentFolder() throws {
    let folder = try standIn(isCurrent: true)
    let elsewhere = try TemporaryFolder()
    let link = elsewhere.url.appendingPathComponent("link").path
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: folder.url.appendingPathComponent("scripts/memsh").path)
    for path in [folder.url.appendingPathComponent("scripts/memsh").path, link] {
      let run = try Memsh.run(URL(fileURLWithPath: path), ["-c", "a b"], directory: elsewhere.url)
      #expect(run.output.hasSuffix("/\(elsewhere.url.lastPathComponent) with -c a b\n"))
      #expect(run.errors == "")
    }
  }

  @Test func memshSaysThatSwiftIsMissing() throws {
    let folder = try standIn(isCurrent: false)
    let run = try Memsh.run(
      folder.url.appendingPathComponent("scripts/memsh"), [], environment: ["PATH": "/usr/bin:/bin"])
    // A machine with Swift in /usr/bin fails later, for want of a package to build.
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("memsh: "))
  }

  @Test func memshSaysThatSwiftIsTooOld() throws {
    let folder = try standIn(isCurrent: false)
    let swift = try folder.write(
      "#!/bin/sh\necho 'Swift version 5.9.2 (swift-5.9.2-RELEASE)'\n", to: "bin/swift")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: swift)
    let run = try Memsh.run(
      folder.url.appendingPathComponent("scripts/memsh"), [],
      environment: ["PATH": "\(folder.url.path)/bin:/usr/bin:/bin"])
    #expect(run.status == 1)
    #expect(run.errors.contains("Swift 5.9 is too old"))
  }
}
