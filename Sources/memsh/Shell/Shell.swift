// The shell around a session: what the user set, and what its own commands do.

import Glibc
import MemScript
import ScriptLanguage

/// A session with the settings and commands of a shell, for the terminal and for scripts alike.
final class Shell {
  let session: Session
  let console: Console
  let limits: ScriptLimits
  /// Whether somebody types.
  let isInteractive: Bool
  /// Whether each input is followed by how long it took.
  var timer = false
  /// Whether the user wants to leave.
  var isLeaving = false
  /// How many inputs the last `.save` kept: more than that are not saved.
  var savedCount = 0
  /// How deep `.read` is nested.
  var readDepth = 0
  /// What a learner is at.
  var learner = Learner()
  /// The text of the last input that was typed, for `.edit`.
  var lastInput = ""
  /// What the last script ended with.
  var lastStatus = ExitStatus.success
  /// Whether what is printed goes into a file for one input only.
  var redirectsOnce = false
  /// Whether each part of a script can be taken back: somebody types, or a script may.
  var keepsSteps: Bool
  /// What a script that `.read` ran ended with, when that was early.
  var readStatus: Int32?
  /// How many scripts were read.
  var readCount = 0
  /// Whether somebody stopped a script, with all that it reads.
  var isInterrupted = false
  /// How many bytes were looked at for lines with dots.
  var lookedBytes = 0
  /// What an input that failed under `.bail off` ended with.
  var failure: Int32?
  /// Whether an input that fails does not end a script.
  var goesOnAfterFailure = false {
    didSet { session.goesOnAfterFailure = goesOnAfterFailure }
  }

  /// Makes a shell.
  init(session: Session, console: Console, limits: ScriptLimits, isInteractive: Bool) {
    self.session = session
    self.console = console
    self.limits = limits
    self.isInteractive = isInteractive
    keepsSteps = isInteractive
  }

  /// What runs scripts.
  var runner: ScriptRunner { ScriptRunner(session: session, console: console, limits: limits) }

  /// Does what a line says that is meant for the shell.
  ///
  /// - Returns: whether it could be done.
  @discardableResult
  func perform(_ line: DotLine) -> Bool {
    if readDepth == 0 { isInterrupted = false }
    do throws(ShellError) {
      let command = try DotCommands.command(line.name)
      guard command.counts.contains(line.operands.count) else {
        throw ShellError(
          line.operands.count < command.counts.lowerBound
            ? "write '.\(command.name) \(command.usage)'"
            : "'.\(command.name)' does not take '\(line.operands.joined(separator: " "))'")
      }
      if command.touchesFiles, !isInteractive, limits.includeDepth == 0 {
        throw ShellError("'.\(command.name)' is not allowed where include=0 forbids files of the host")
      }
      try command.run(self, line.operands)
      return true
    } catch {
      console.printError(
        isInteractive ? wrapped("memsh: \(error.message)", hanging: 2) : "memsh: \(error.message)\n")
      return false
    }
  }

  /// Runs one input as somebody types it.
  ///
  /// - Returns: the exit status when the input ended the shell, nil when the shell goes on.
  func enter(_ script: ParsedScript) -> Int32? {
    let clock = ContinuousClock()
    let start = clock.now
    let simulated = session.machine.clock
    useTerminal()
    let outcome = session.run(script, isInteractive: true)
    endRedirection()
    if timer { tellTime(start.duration(to: clock.now) - console.waited, since: simulated) }
    tellOfLostInputs()
    switch outcome {
    case .exited(let status) where session.homeName == nil: return status
    case .exited: tellOfDeath()
    case .finished, .paused: break
    case .failed(let failure):
      switch failure.kind {
      case .cancelled:
        console.printError("interrupted; '.undo' takes back what the input did until then\n")
      case .signal: tellOfDeath()
      default: break
      }
    }
    return nil
  }

  /// Fits pictures and lines to where they are printed.
  func useTerminal() {
    session.lineWidth = isInteractive || console.isOnTerminal ? console.width : nil
    session.viewStyle = ViewStyle(
      width: console.width, isUnicode: console.isOnTerminal && TerminalCharacters.areUnicode,
      isColored: console.colorsOutput && console.isOnTerminal)
  }

  /// Says what can be done about a process that is dead in whose name inputs act.
  func tellOfDeath() {
    let name = session.homeName ?? "main"
    let way = session.homeName == nil ? "'machine ram=1G' boots anew" : "inputs act as main again"
    console.printError(
      wrapped(
        "the process \(name) is dead: '.undo' brings it back, '.why dead' tells why, \(way)", hanging: 2))
  }

  private func tellTime(_ duration: Duration, since simulated: UInt64) {
    let (seconds, attoseconds) = duration.components
    let micros = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    let passed = session.machine.clock >= simulated ? session.machine.clock - simulated : 0
    console.print("took \(micros / 1000).\(padded(micros % 1000)) ms; simulated clock +\(passed) us\n")
  }

  private func padded(_ number: Int64) -> String { String(String(number + 1000).dropFirst()) }

  /// Says once that what was taken back cannot be done again any more.
  func tellOfLostInputs() {
    let lost = session.takeUnrepeatableCount()
    guard lost > 0 else { return }
    console.print(
      wrapped(
        "\(lost == 1 ? "1 input that was" : "\(lost) inputs that were") taken back can no longer be done again; "
          + "'.branch NAME' first would have kept both lines", hanging: 2))
  }

  /// Reads `on` or `off`; without a word, says which it is.
  func onOff(_ word: String?, _ name: String, now: Bool) throws(ShellError) -> Bool {
    switch word {
    case "on"?: return true
    case "off"?: return false
    case nil:
      console.print("\(name) is \(now ? "on" : "off")\n")
      return now
    case let other?: throw ShellError("write '.\(name) on' or '.\(name) off', not '\(other)'")
    }
  }

  /// `.trace`.
  func setTrace(_ word: String?) throws(ShellError) {
    guard let word else {
      console.print("trace is \(session.isTracing ? session.traceLevel.rawValue : "off")\n")
      return
    }
    if word == "off" {
      session.isTracing = false
    } else if let level = TraceLevel(rawValue: word == "on" ? TraceLevel.brief.rawValue : word) {
      session.traceLevel = level
      session.isTracing = true
    } else {
      throw ShellError("write '.trace brief', 'normal', 'full' or 'off', not '\(word)'")
    }
    if isInteractive {
      console.print("trace is \(session.isTracing ? session.traceLevel.rawValue : "off")\n")
    }
  }

  /// `.process`.
  func stay(in name: String?) throws(ShellError) {
    do {
      try session.stay(in: name)
    } catch let error as ScriptError {
      throw ShellError(error.message)
    } catch {
      throw ShellError("\(error)")
    }
    if isInteractive { console.print("inputs act as the process \(session.homeName ?? "main")\n") }
  }

  /// Prints lines, each broken at words where the terminal is narrower.
  private func printWrapped(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(
      text.hasSuffix("\n") ? 1 : 0)
    {
      let indentation = line.prefix { $0 == " " }.count
      console.print(wrapped(String(line), hanging: indentation + (line.hasPrefix("    .") ? 4 : 0)))
    }
  }

  /// `.help`.
  func help(_ topic: String?) throws(ShellError) {
    guard let topic else {
      printWrapped((session.help() ?? "") + "\n" + DotCommands.overview)
      return
    }
    let name = topic.hasPrefix(".") ? String(topic.dropFirst()) : topic
    if topic.hasPrefix(".") {
      printWrapped(try DotCommands.command(name).page)
    } else if let page = session.help(topic) {
      printWrapped(page)
    } else if let command = try? DotCommands.command(name), command.name == name {
      printWrapped(command.page)
    } else {
      let names = session.helpNames(containing: topic)
      if !names.isEmpty {
        printWrapped("  \(names.joined(separator: " "))\n")
      } else {
        let hint = session.helpSuggestion(for: topic) ?? "'.help' lists what there is"
        throw ShellError("there is no help about '\(topic)'; \(hint)")
      }
    }
  }

  /// Runs `memsh/init.mem` in `$XDG_CONFIG_HOME` (`~/.config` where that is not set), if there is one. What it changes
  /// is no step: the session begins behind it.
  func readInitFile() {
    let folder: String
    if let config = Environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
      folder = config
    } else if let home = Environment["HOME"], home.hasPrefix("/") {
      folder = home + "/.config"
    } else {
      return
    }
    let path = folder + "/memsh/init.mem"
    guard access(path, F_OK) == 0 else { return }
    do throws(HostFileError) {
      _ = runScript(try ScriptFile.read(path, limit: limits.sourceBytes, mustBeRegular: true))
    } catch {
      console.printError("memsh: \(error.message)\n")
    }
    savedCount = session.inputCount
    session.beginStepsHere()
  }
}
