// How the shell behaves: what people type first, how they leave, what the prompt tells, what is kept.

import Foundation
import Testing

@Suite struct MannersTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func start(
    _ arguments: [String] = [], rows: UInt16 = 200, columns: UInt16 = 80, extra: [String: String] = [:]
  ) throws -> Terminal {
    let environment = ["TERM": "xterm", "HOME": folder.url.path].merging(extra) { $1 }
    let terminal = try Terminal(arguments, environment: environment, columns: columns, rows: rows)
    try terminal.wait(for: "> ")
    return terminal
  }

  /// What an input shows until the next prompt.
  private func answer(_ terminal: Terminal, _ input: String, prompt: String = "memsh> ") throws -> String {
    terminal.enter(input)
    try terminal.wait(for: "\n")
    return try terminal.wait(for: prompt)
  }

  @Test func understandsWhatPeopleTypeFirst() throws {
    let terminal = try start()
    for question in ["help", "?", ".help", ".he"] {
      #expect(try answer(terminal, question).contains(".undo [N]"), "\(question)")
    }
    for question in ["help mallopt", "man mallopt", "? mallopt", "mallopt?"] {
      #expect(try answer(terminal, question).contains("mallopt("), "\(question)")
    }
    #expect(try answer(terminal, ".help undo").contains("take back the last input"))
    #expect(try answer(terminal, ".help usabl").contains("malloc_usable_size"))
    #expect(try answer(terminal, ".udno").contains("did you mean '.undo'?"))
    #expect(try answer(terminal, ".o x").contains("'.o' may be .output, .once"))
    terminal.enter("quit")
    #expect(try terminal.end() == 0)
  }

  @Test func controlDLeavesABlockAndAsksOnceWhenSomethingWouldBeLost() throws {
    let terminal = try start()
    terminal.enter("for i in 0..<3 {")
    try terminal.wait(for: "...> ")
    terminal.type("\u{4}")
    try terminal.wait(for: "nothing of it was run\nmemsh> ")
    _ = try answer(terminal, "x = 1")
    terminal.type("\u{4}")
    try terminal.wait(for: "1 input is not saved: '.save FILE' keeps them, Ctrl-D again leaves\nmemsh> ")
    _ = try answer(terminal, "print x")
    terminal.type("\u{4}")
    try terminal.wait(for: "Ctrl-D again leaves\nmemsh> ")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func thePromptTellsWhatIsNotAsUsual() throws {
    let terminal = try start()
    terminal.enter("machine ram=512M, arch=i386")
    try terminal.wait(for: "memsh 512M i386> ")
    terminal.enter(".process web")
    try terminal.wait(for: "memsh 512M i386:web> ")
    terminal.enter(".trace full")
    try terminal.wait(for: "memsh 512M i386:web (full)> ")
    terminal.enter(".trace off")
    try terminal.wait(for: "memsh 512M i386:web (trace off)> ")
    terminal.enter(".trace brief")
    try terminal.wait(for: "memsh 512M i386:web> ")
    terminal.enter(".branch other")
    try terminal.wait(for: "memsh 512M i386:web@other> ")
    terminal.enter(".process main")
    try terminal.wait(for: "memsh 512M i386@other> ")
    terminal.enter("write(16, 1)")
    try terminal.wait(for: "memsh 512M i386@other (main is dead)> ")
    terminal.enter(".undo")
    try terminal.wait(for: "memsh 512M i386@other> ")
    terminal.enter(
      "echo 1 > /proc/sys/vm/panic_on_oom; echo f > /proc/sysrq-trigger; while true { kmalloc(4M) + 0; write(malloc(4M)) }"
    )
    try terminal.wait(for: "> ")
  }

  @Test func aScriptWithIIsOneStep() throws {
    let script = try folder.write("p = malloc 1M\nwrite p\nfree p\nfree p\n", to: "dies.mem")
    let terminal = try start(["-i", script])
    terminal.enter("ps")
    try terminal.wait(for: "(main is dead)> ")
    terminal.enter(".undo")
    try terminal.wait(for: "took back: the script \(script)\nmemsh> ")
    #expect(try answer(terminal, "print 6 * 7").contains("42\n"))
  }

  @Test func keepsAndBringsBack() throws {
    let terminal = try start()
    let saved = folder.url.appendingPathComponent("lesson.mem").path
    _ = try answer(terminal, "p = malloc 10M")
    _ = try answer(terminal, "write p, 4M")
    _ = try answer(terminal, "free p")
    _ = try answer(terminal, ".undo")
    #expect(try answer(terminal, ".save \(saved)") == "2 inputs written to \(saved)\n")
    #expect(try String(contentsOfFile: saved, encoding: .utf8) == "p = malloc 10M\nwrite p, 4M\n")
    let rss = try answer(terminal, "grep VmRSS /proc/$main/status")
    // In batch, and brought in.
    try "grep VmRSS /proc/$main/status\n".appending(to: saved)
    #expect(try Memsh.run([saved]).output == rss)
    _ = try answer(terminal, "machine ram=1G")
    _ = try answer(terminal, ".read \(saved)")
    #expect(try answer(terminal, "grep VmRSS /proc/$main/status") == rss)
    // What is saved is not asked for.
    _ = try answer(terminal, ".save \(saved)")
    terminal.type("\u{4}")
    #expect(try terminal.end() == 0)
  }

  @Test func printsIntoFiles() throws {
    let terminal = try start()
    let (all, once) = (
      folder.url.appendingPathComponent("all").path, folder.url.appendingPathComponent("once").path
    )
    #expect(try answer(terminal, ".once \(once)") == "")
    #expect(try answer(terminal, "print \"into\"") == "")
    #expect(try answer(terminal, "print \"here\"") == "here\n")
    _ = try answer(terminal, ".output \(all)")
    _ = try answer(terminal, "print \"a\"")
    _ = try answer(terminal, "maps")
    _ = try answer(terminal, ".output")
    #expect(try answer(terminal, "print \"back\"") == "back\n")
    #expect(try String(contentsOfFile: once, encoding: .utf8) == "into\n")
    let text = try String(contentsOfFile: all, encoding: .utf8)
    #expect(text.hasPrefix("a\nmain (PID 88): ") && !text.contains("\u{1B}"))
    #expect(try answer(terminal, ".output /proc/nowhere/x").contains("/proc/nowhere/x: No such file"))
  }

  @Test func editsTheLastInput() throws {
    let terminal = try start(extra: ["EDITOR": "sed -i s/21/42/"])
    _ = try answer(terminal, "print \"it is 21\"")
    #expect(try answer(terminal, ".edit") == "print \"it is 42\"\nit is 42\n")
    let failing = try start(extra: ["EDITOR": "false"])
    _ = try answer(failing, "print 1")
    #expect(try answer(failing, ".edit").contains("did not end well: nothing was run"))
  }

  @Test func remembersTheLastValueAndTellsTime() throws {
    let terminal = try start()
    _ = try answer(terminal, "6 * 7")
    #expect(try answer(terminal, "_ + 1") == "43\n")
    #expect(try answer(terminal, "_ * 2") == "86\n")
    _ = try answer(terminal, ".timer on")
    #expect(try answer(terminal, "usleep 1500").contains(" ms; simulated clock +1500 us\n"))
    // Large values are folded.
    let echo = try answer(terminal, "range(100000)")
    #expect(echo.utf8.count < 2000 && echo.contains("bytes more, `print` shows all"))
  }

  @Test func readsAnInitFile() throws {
    _ = try folder.write(
      ".trace off\nfunc greet() { print \"hello\" }\nx = 5\n", to: ".config/memsh/init.mem")
    let terminal = try start()
    #expect(try answer(terminal, "greet()", prompt: "> ").contains("hello\n"))
    #expect(try answer(terminal, ".undo", prompt: "> ").contains("nothing to take back"))
    let other = try start(extra: ["XDG_CONFIG_HOME": folder.url.path + "/nowhere"])
    #expect(try answer(other, "greet()").contains("error:"))
    // A script alone does not read it.
    #expect(try Memsh.run(["-c", "print 1"], environment: ["HOME": folder.url.path]).output == "1\n")
  }

  @Test func pagesLongOutput() throws {
    let terminal = try start(rows: 12)
    terminal.enter("for i in 0..<40 { print \"line {i}\" }")
    let first = try terminal.wait(for: "-- more:")
    #expect(first.contains("line 9\n") && !first.contains("line 11\n"))
    terminal.type(" ")
    #expect(try terminal.wait(for: "-- more:").contains("line 21\n"))
    terminal.type("q")
    #expect(!(try terminal.wait(for: "memsh> ").contains("line 30")))
    // What is typed ahead is not taken for an answer.
    terminal.enter("for i in 0..<40 { print \"line {i}\" }\rprint \"typed ahead\"")
    try terminal.wait(for: "line 39\n")
    try terminal.wait(for: "\ntyped ahead\n")
    terminal.enter(".pager off")
    terminal.enter("for i in 0..<40 { print \"line {i}\" }")
    try terminal.wait(for: "line 39\n")
  }

  @Test func fitsNarrowTerminals() throws {
    for columns: UInt16 in [80, 50] {
      let terminal = try start(columns: columns)
      let inputs = [
        "p = malloc 100M", "write p, 10M", "free p", ".help", ".help mallopt", ".help undo", "maps", "lru",
        "buddy", "slab",
        "timeline", ".why", ".history", ".diff", "why_oom", ".tutorial", ".quiz", ".example", ".why RSS",
        ".nonsense",
      ]
      for input in inputs {
        // The table of badness has eight columns of numbers.
        if columns < 80, input == "why_oom" { continue }
        for line in try answer(terminal, input).split(separator: "\n") {
          #expect(line.count <= Int(columns), "\(input) at \(columns): \(line)")
        }
      }
    }
  }

  @Test func showsASCIIWhereTheLocaleHasNoMore() throws {
    for (locale, isUnicode) in [("C", false), ("C.UTF-8", true), ("", false)] {
      let terminal = try start(extra: ["LC_ALL": locale])
      #expect(try answer(terminal, "maps").contains("┌") == isUnicode)
    }
  }

  @Test func rewindsByName() throws {
    let terminal = try start()
    _ = try answer(terminal, "p = malloc 1M")
    #expect(try answer(terminal, ".checkpoint before") == "checkpoint before\n")
    _ = try answer(terminal, "write p")
    #expect(try answer(terminal, ".diff before").contains("RSS"))
    #expect(try answer(terminal, ".restore before").contains("at the checkpoint before; '.undo' goes back"))
    #expect(try answer(terminal, ".undo") == "took back: .restore before\n")
    #expect(try answer(terminal, ".history").contains("2  write p\n      main RSS +1 MiB; free RAM -1 MiB\n"))
    #expect(try answer(terminal, ".undo 9") == "took back 2 inputs, to: p = malloc 1M; that was the first\n")
    #expect(try answer(terminal, ".redo 2") == "did 2 inputs again, up to: write p\n")
    #expect(try answer(terminal, ".restore befor").contains("did you mean `before`?"))
    #expect(try answer(terminal, ".diff before 7").contains("there is no input 7"))
  }
}

extension String {
  /// Adds the text at the end of a file.
  fileprivate func appending(to path: String) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(utf8))
    try handle.close()
  }
}
