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

  /// Runs `scripts/memsh` where only the tools that it needs are on PATH, and these programs of `sh`.
  private func run(in folder: TemporaryFolder, with programs: [String: String]) throws -> Memsh {
    let bin = folder.url.appendingPathComponent("bin").path
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    for tool in ["cat", "chmod", "env", "find", "head", "mkdir", "mv", "sed", "true"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(bin)/\(tool)", withDestinationPath: "/usr/bin/\(tool)")
    }
    for (name, text) in programs {
      let file = try folder.write("#!/bin/sh\n\(text)\n", to: "bin/\(name)")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }
    return try Memsh.run(
      folder.url.appendingPathComponent("scripts/memsh"), ["x"], environment: ["PATH": bin])
  }

  /// What apt says of Debian's package of Swift.
  private func policy(_ candidate: String) -> String {
    "echo 'swiftlang:'; echo '  Installed: (none)'; echo '  Candidate: \(candidate)'"
  }

  @Test func memshSaysThatSwiftIsMissing() throws {
    let run = try run(in: try standIn(isCurrent: false), with: [:])
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("memsh: missing: "))
    #expect(run.errors.contains("https://www.swift.org/install"))
  }

  @Test(arguments: ["(none)", "5.6.3-2"])
  func memshSaysWhereSwiftIsWhenAptHasNone(candidate: String) throws {
    let folder = try standIn(isCurrent: false)
    let run = try run(
      in: folder,
      with: ["id": "echo 0", "apt-get": "echo \"$*\" >>\"${0%/*}/log\"", "apt-cache": policy(candidate)])
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("memsh: the Swift compiler is not on PATH"))
    #expect(run.errors.contains("https://www.swift.org/install"))
    let log = try String(contentsOfFile: "\(folder.url.path)/bin/log", encoding: .utf8)
    #expect(log.hasSuffix(" update\n"))
  }

  @Test func memshSaysWhatToInstallWhenItMayNot() throws {
    let run = try run(
      in: try standIn(isCurrent: false),
      with: ["id": "echo 1000", "sudo": "exit 1", "apt-get": "exit 100", "apt-cache": policy("6.0.3-2")])
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.contains("install with: sudo apt-get install swiftlang"))
  }

  @Test(arguments: ["0", "1000"])
  func memshBringsSwiftAndBuilds(user: String) throws {
    let folder = try standIn(isCurrent: false)
    let install = """
      case "$*" in *install*swiftlang*) ;; *) exit 0 ;; esac
      echo "echo 'Swift version 6.0.3 (swift-6.0.3-RELEASE)'" >"${0%/*}/swift"
      chmod +x "${0%/*}/swift"
      """
    let run = try run(
      in: folder,
      with: [
        "id": "echo \(user)", "sudo": "[ \"$1\" = -n ] && shift && exec \"$@\"", "apt-get": install,
        "apt-cache": policy("6.0.3-2"),
      ])
    #expect(run.errors.hasPrefix("memsh: installing swiftlang"))
    #expect(run.errors.hasSuffix("\nmemsh: the sources have changed: building\n"))
    #expect(run.output.hasSuffix(" with x\n"))
    #expect(run.status == 0)
  }

  @Test func memshSaysThatSwiftIsTooOld() throws {
    let run = try run(
      in: try standIn(isCurrent: false),
      with: ["swift": "echo 'Swift version 5.9.2 (swift-5.9.2-RELEASE)'"])
    #expect(run.status == 1)
    #expect(run.errors.contains("Swift 5.9 is too old"))
  }
}
