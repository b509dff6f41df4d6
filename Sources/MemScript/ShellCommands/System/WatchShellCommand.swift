// watch: a command again and again while simulated time passes.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// procps-ng's watch. Nothing but the script acts meanwhile, so that it ends by itself.
  static let watch = ShellCommand(
    name: "watch", usage: "[-t] [-n SECONDS] COMMAND [ARGUMENT]...", source: "watch(1)",
    summary: "Runs a command every SECONDS of simulated time, 2 when it is left out.",
    details:
      "A real watch runs until it is interrupted. Here nothing else happens meanwhile but what the kernel does in its "
      + "threads: it ends when two pictures are equal, at the latest after 10. -t leaves the headings out.",
    style: .tryHelp,
    options: OptionTable(
      flags: "tdbecxg", valued: "nq",
      long: [
        ("interval", "n"), ("no-title", "t"), ("differences", "d"), ("exec", "x"), ("chgexit", "g"),
        ("equexit", "q"),
      ],
      stopsAtOperand: true)
  ).entry { run in
    let options = try run.options()
    guard let first = options.operands.first else { throw run.command.usageFailure() }
    let interval = try seconds(options.value("n"), &run) ?? 2_000_000
    // `watch 'free -m'` gives the whole line as one word.
    let words = options.operands.flatMap { operand in
      options.operands.count == 1 ? operand.text.split(separator: " ").map { String($0) } : [operand.text]
    }
    if words.contains(where: { ["|", "&&", "||", ";", ">", "<"].contains($0) }) {
      throw run.failure(
        "watch runs one command, without pipes", first, hint: "write `repeat 3 { ...; sleep 2 }`")
    }
    guard words.first != "watch" else { throw run.failure("watch does not watch itself", first) }
    let session = run.session
    guard
      let command = session.commands.firstIndex(where: { !$0.isCall && $0.entry.signature.name == words[0] })
    else {
      throw ShellFailure("sh: 1: \(words[0]): not found", status: 127)
    }
    let span = SourceSpan(source: 0, start: 0, end: 0)
    let line = ShellLine(
      words: Array(words.dropFirst()), spans: [SourceSpan](repeating: span, count: words.count - 1))
    var last: String?
    for round in 0..<10 {
      if round > 0 { session.machine.sleep(microseconds: max(interval, 100_000)) }
      session.beginCapture()
      do {
        try session.invokeShell(command, line)
      } catch {
        _ = session.endCapture()
        throw error
      }
      let text = session.endCapture()
      if !options.has("t") {
        let every = try PrintfText.text(
          "Every %.1fs: ", [.double(Double(max(interval, 100_000)) / 1_000_000)])
        let clock = CalendarTime(microseconds: session.machine.clock).text("%c")
        run.print(
          "\(every)\(words.joined(separator: " "))    \(SystemIdentity(of: session.machine).hostName): \(clock)\n\n"
        )
      }
      run.print(text)
      if text == last { break }
      last = text
      if !options.has("t") { run.print("\n") }
    }
  }
}
