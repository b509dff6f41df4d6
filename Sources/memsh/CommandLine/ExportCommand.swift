// The command line of `memsh export`: its arguments and their help.

import ArgumentParser

/// What `memsh export` was asked to do, as swift-argument-parser reads it.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memsh export",
    abstract: "Write the simulated /proc and /sys into a folder, for tools that read them.",
    usage: "memsh export [--machine SETTINGS] DIR [FILE]",
    discussion: """
      Runs the script FILE (- for standard input; without it, nothing: a booted machine) and writes the files that the machine \
      has at its end into DIR, which must be new or empty. PROCFS_PATH=DIR/proc leads psutil there, --path.procfs=DIR/proc \
      node_exporter, smem -S DIR smem; procps and slabtop want it mounted at /proc, in a namespace of their own: \
      unshare -rm sh -c 'mount --bind DIR/proc /proc; free'.

      Exit status: that of the script; 2 when memsh was called wrongly or DIR cannot be written.
      """)

  @Option(
    help: ArgumentHelp("Boot this machine, whatever the script says: ram=2G,swap=0.", valueName: "SETTINGS"))
  var machine: String?

  @Argument(help: ArgumentHelp("A folder, new or empty.", valueName: "DIR"), completion: .directory)
  var folder: String

  @Argument(help: ArgumentHelp("A script, or - for standard input.", valueName: "FILE"), completion: .file())
  var file: String?

  /// The same as a plain value.
  var invocation: Invocation {
    .run(
      Invocation.Run(
        source: file.map { .file($0) } ?? .statements(""), machine: machine, exportFolder: folder))
  }
}
