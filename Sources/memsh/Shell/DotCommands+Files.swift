// Keeping and bringing in: .read, .save, .edit, .output, .once, and what scripts are made of: .bail, .step.

import Glibc
import MemScript

extension DotCommands {
  /// The commands about files of the host.
  static let files = [
    DotCommand(
      name: "read", usage: "FILE", summary: "run a script; .undo takes it back as a whole",
      details: "A script may have dot commands, too, each on a line of its own.",
      example: ".read oom.mem", counts: 1...1, touchesFiles: true, operands: [.file]
    ) { shell, words throws(ShellError) in try shell.read(words[0]) },
    DotCommand(
      name: "save", usage: "FILE", summary: "write a script that leads to this state again",
      details: "It has the inputs that changed something, without what was taken back.",
      example: ".save lesson.mem", counts: 1...1, touchesFiles: true, operands: [.file]
    ) { shell, words throws(ShellError) in try shell.save(to: words[0]) },
    DotCommand(
      name: "edit", usage: "[FILE]", summary: "edit the last input, or a file, in $EDITOR; run it",
      counts: 0...1, touchesFiles: true, operands: [.file]
    ) { shell, words throws(ShellError) in try shell.edit(words.first) },
    DotCommand(
      name: "output", usage: "[FILE]", summary: "print into a file; alone: on the terminal again",
      counts: 0...1, touchesFiles: true, operands: [.file]
    ) { shell, words throws(ShellError) in try shell.redirect(to: words.first, once: false) },
    DotCommand(
      name: "once", usage: "FILE", summary: "print what the next input says into a file",
      example: ".once heap.txt", counts: 1...1, touchesFiles: true, operands: [.file]
    ) { shell, words throws(ShellError) in try shell.redirect(to: words[0], once: true) },
    DotCommand(
      name: "explain", usage: "[LOG]", summary: "tell from a kernel's log why memory ran out",
      details:
        "Without LOG, from this machine's own.\nmemsh explain -i LOG opens the shell in the state of a report.",
      example: ".explain /var/log/kern.log", counts: 0...1, touchesFiles: true, operands: [.file]
    ) { shell, words throws(ShellError) in try shell.explain(words.first) },
    DotCommand(
      name: "export", usage: "DIR",
      summary: "write this machine's /proc and /sys into a folder",
      details: "Tools read them there: PROCFS_PATH=DIR/proc for psutil.\nThe folder must be new or empty.",
      example: ".export /tmp/machine", counts: 1...1, touchesFiles: true, operands: [.file]
    ) { shell, words throws(ShellError) in
      do throws(HostFileError) {
        let count = try ExportedTree.write(shell.session, to: words[0])
        if shell.isInteractive { shell.console.print("\(count) files written to \(words[0])\n") }
      } catch {
        throw ShellError(error.message)
      }
    },
    DotCommand(
      name: "bail", usage: "on|off", summary: "in scripts: whether a failure ends them",
      counts: 0...1, operands: [.words(["off", "on"])]
    ) { shell, words throws(ShellError) in
      shell.goesOnAfterFailure = try !shell.onOff(words.first, "bail", now: !shell.goesOnAfterFailure)
    },
    DotCommand(
      name: "step", usage: "", summary: "in scripts: what follows is an input of its own",
      details:
        "Between dot commands a script is one input, which .undo takes back as a whole;\n.step ends an input and does nothing else."
    ) { _, _ throws(ShellError) in },
  ]
}

extension Shell {
  private static let deepestRead = 16
  private static let mostReads = 10_000

  /// `.read`.
  func read(_ path: String) throws(ShellError) {
    guard readDepth < Self.deepestRead else {
      throw ShellError("'.read' nests deeper than \(Self.deepestRead)")
    }
    let source: SourceText
    do throws(HostFileError) {
      source = try ScriptFile.read(path, limit: limits.sourceBytes, mustBeRegular: true)
    } catch {
      throw ShellError(error.message)
    }
    readDepth += 1
    defer { readDepth -= 1 }
    readCount += 1
    guard readCount <= Self.mostReads || isInteractive else {
      throw ShellError("more than \(Self.mostReads) scripts are read")
    }
    readStatus = runScript(source)
    if let status = readStatus, isInteractive {
      lastStatus = status
      if !session.machine.isAlive(session.currentProcess) { tellOfDeath() }
    }
    tellOfLostInputs()
  }

  /// `.explain`.
  func explain(_ path: String?) throws(ShellError) {
    let width = min((TerminalSize(of: STDOUT_FILENO) ?? .usual).columns, 100)
    var count = 0
    let show = { (explanation: ReportExplanation) in
      self.console.print((count == 0 ? "" : "\n") + explanation.text(width: width))
      count += 1
    }
    if let path {
      do throws(HostFileError) {
        try LogFile.explain(path, show)
      } catch {
        throw ShellError(error.message)
      }
    } else {
      let log = session.machine.log.lines.map(\.text).joined(separator: "\n")
      ReportExplanation.explanations(ofLog: Array(log.utf8)).forEach(show)
    }
    if count == 0 {
      throw ShellError("no report of the kernel about memory in \(path ?? "dmesg")")
    }
  }

  /// `.save`.
  func save(to path: String) throws(ShellError) {
    try write(session.savedScript, to: path)
    savedCount = session.inputCount
    if isInteractive {
      console.print(
        "\(session.inputCount == 1 ? "1 input" : "\(session.inputCount) inputs") written to \(path)\n")
    }
  }

  /// Writes a text into a file of the host.
  func write(_ text: String, to path: String) throws(ShellError) {
    do throws(HostFileError) {
      try HostFiles.write(text, to: path)
    } catch {
      throw ShellError(error.message)
    }
  }

  /// `.output` and `.once`.
  func redirect(to path: String?, once: Bool) throws(ShellError) {
    do throws(HostFileError) {
      try console.redirect(to: path)
    } catch {
      throw ShellError(error.message)
    }
    redirectsOnce = once
  }

  /// Ends a redirection that was for one input.
  func endRedirection() {
    guard redirectsOnce else { return }
    redirectsOnce = false
    try? console.redirect(to: nil)
  }

  /// `.edit`.
  func edit(_ path: String?) throws(ShellError) {
    guard isInteractive else { throw ShellError("'.edit' needs a terminal") }
    let file: String
    if let path { file = path } else { file = try temporaryFile(holding: lastInput) }
    defer { if path == nil { unlink(file) } }
    let editor = Environment["VISUAL"] ?? Environment["EDITOR"] ?? "vi"
    console.flush()
    guard Editor.run(editor, on: file) else {
      throw ShellError("the editor '\(editor)' did not end well: nothing was run")
    }
    do throws(HostFileError) {
      let source = try ScriptFile.read(file, limit: limits.sourceBytes, mustBeRegular: true)
      let text = String(decoding: source.bytes, as: UTF8.self)
      guard text.contains(where: { !$0.isWhitespace }) else { return }
      if path == nil { console.print(text.hasSuffix("\n") ? text : text + "\n") }
      lastInput = text
      _ = enter(session.parse(SourceText(name: "<input>", bytes: source.bytes)))
    } catch {
      throw ShellError(error.message)
    }
  }

  private func temporaryFile(holding text: String) throws(ShellError) -> String {
    var template = Array("\(Environment["TMPDIR"] ?? "/tmp")/memsh-XXXXXX.mem".utf8CString)
    let descriptor = mkstemps(&template, 4)
    guard descriptor >= 0 else { throw ShellError("no temporary file: \(String(cString: strerror(errno)))") }
    var file = OutputStream(descriptor: descriptor, collects: true)
    file.write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n")
    file.close()
    return template.withUnsafeBufferPointer {
      String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
