// Hosts that do at the wrong moment what is right at another: nothing may be harmed, least of all memory.

import Foundation
import LinuxMemory
import MemScript
import Testing

struct HostileHostTests {
  @Test("a command that is added while a script runs, or waits, leaves the code alone that runs")
  func addsCommands() throws {
    let session = try Session()
    session.run("func f() {\n p = malloc(10)\n here = 1\n y = 2\n free(p)\n return y\n}")
    session.statementWillRunHook = { $0.text == "here = 1" ? .pause : .proceed }
    session.run("func g() {\n p = malloc(10)\n here = 1\n y = 2\n free(p)\n return y\n}")
    #expect(session.run("r = g()") == .paused)
    try session.addCommand("late") { 1 }
    #expect(session.resume() == .finished)
    #expect(try session.value(of: "r") == 2)
    session.statementWillRunHook = nil
    try session.addCommand("adds") { (session: Session) throws -> Int in
      try session.addCommand("later") { 7 }
      return 5
    }
    #expect(
      session.run("func h() { x = adds(); p = malloc(5); free(p); return x }\nr = h() + h2()").failure != nil)
    #expect(session.run("func h() { x = adds(); p = malloc(5); free(p); return x }\nr = h()") == .finished)
    #expect(try session.evaluate("later() + r + f()") == 14)
  }

  @Test("a variable for which there is no room is not there afterwards")
  func noRoom() throws {
    let session = try Session(limits: ScriptLimits(heapBytes: 1 << 20))
    var refused = 0
    for number in 0..<70_000 {
      do { try session.setValue(1, of: "g\(number)") } catch {
        refused += 1
        #expect(throws: ScriptError.self) { try session.setValue(2, of: "g\(number)") }
        if refused > 20 { break }
      }
    }
    #expect(refused > 20)
    #expect(try session.value(of: "g5") == 1)
  }

  @Test(
    "nothing runs while a text is compiled: not from the loader, not from the closure that hears a warning")
  func whileCompiling() throws {
    var outcomes: [RunOutcome] = []
    var act: (() -> Void)?
    let session = try Session { _, _ in
      let once = act
      act = nil
      once?()
    }
    session.run("func old() { return [1, 2, malloc(10)] }")
    let empty = try Session().snapshot()
    session.includeLoader = { [unowned session] _ in
      outcomes.append(session.run("x = 1"))
      session.restore(empty)
      _ = session.resume()
      session.abandon()
      #expect(throws: (any Error).self) { try session.setValue(1, of: "y") }
      return Array("z = 5".utf8)
    }
    #expect(session.run("include \"a\"\nl = old()") == .finished)
    #expect(outcomes.count == 1 && outcomes[0].failure != nil && session.variableNames == ["l", "z"])
    act = {
      outcomes.append(session.run("func zzz() { return 5 }\nwww = 5"))
      session.restore(empty)
    }
    #expect(session.run("printf(\"%d\\n\", 1, 2)\nm = old()") == .finished)
    #expect(outcomes.count == 2 && session.variableNames == ["l", "m", "z"])
  }

  @Test("deep maps are taken or refused, whatever their depth")
  func deepMaps() throws {
    let session = try Session()
    for depth in [1, 20, 62, 63, 64, 80] {
      var map: ScriptValue = 1
      for _ in 0..<depth { map = ["k": map] }
      let fits = (try? session.setValue(map, of: "m")) != nil
      #expect(fits == (depth <= 64), "\(depth)")
    }
  }

  @Test("values that are made while a script waits do not take those of its functions")
  func collectsWhilePaused() throws {
    let session = try Session()
    session.statementWillRunHook = { $0.text == "here = 1" ? .pause : .proceed }
    #expect(
      session.run(
        """
        n = 0
        func mkl(n) { l = []; for i in 0..<200 { push(l, "text {i} {n}") }; return l }
        func h(l) { m = l; l = 0; here = 1; s = 0; for x in m { s += len(x) }; return s }
        func deep(n, l) { if n == 0 { return h(l) }; return deep(n - 1, l) }
        r = deep(20, mkl(1))
        """) == .paused)
    for _ in 0..<60 { try session.setValue(.string(String(repeating: "x", count: 300_000)), of: "n") }
    #expect(session.resume() == .finished)
    #expect(try session.value(of: "r") == 1890)
  }

  @Test("a function that gets more parameters has nothing of others in them")
  func redefined() throws {
    let session = try Session()
    session.run("func f(a) { return a }\nfunc g() { return f(1) }")
    session.run("func f(a, b, c = 5) { return [a, c] }")
    session.run("q = [\"secret\", [1, 2, 3]]")
    #expect(try session.call("g") == [1, 5])
    session.run("func f(a, b) { return b }")
    #expect(try session.call("g") == nil)
  }

  @Test("a step is not taken back while a script runs, and not lost either")
  func undoInside() throws {
    let session = try Session()
    for number in 1...3 { session.run(SourceText(name: "i", text: "a = \(number)"), isInteractive: true) }
    session.statementWillRunHook = { [unowned session] _ in
      #expect(session.undo().inputs == [] && session.redo().inputs == [])
      return .proceed
    }
    session.run(SourceText(name: "i", text: "b = 5"), isInteractive: true)
    session.statementWillRunHook = nil
    #expect(session.undo(2).inputs == ["b = 5", "a = 3"])
    #expect(try session.value(of: "a") == 2)
  }

  @Test("a machine that a host boots by itself gets a main")
  func bareMachine() throws {
    let session = try Session()
    session.run("process web { p = malloc(10) }")
    session.machine = try Machine(configuration: MachineConfiguration("ram=512M"))
    #expect(try session.evaluate("malloc(3)").pointerValue ?? 0 > 4096)
    #expect(session.run("process web { write(malloc(1M)) }") == .finished)
    #expect(session.machine.configuration.ram == 512 << 20)
  }

  @Test("a loaded function that misses a command says nothing about the others")
  func loadedFunctions() throws {
    let session = try Session()
    try session.addCommand("hh", ["x"]) { (x: Int) in x }
    session.run("func f(x) { return hh(x) }\nfunc k() { return 3 }")
    let data = try JSONEncoder().encode(session.snapshot())
    let other = Session(from: try JSONDecoder().decode(SessionSnapshot.self, from: data))
    #expect(try other.call("k") == 3)
    #expect(throws: ScriptFailure.self) { try other.call("f", arguments: [1]) }
  }

  @Test("an abandoned run is over, whatever its hooks try")
  func abandonsForGood() throws {
    let session = try Session()
    session.statementWillRunHook = { $0.text == "here = 1" ? .pause : .proceed }
    session.statementDidRunHook = { [unowned session] _ in
      session.run("b = 2\nhere = 3")
      return .proceed
    }
    #expect(session.run("if 1 { here = 1 }") == .paused)
    session.abandon()
    #expect(!session.isPaused)
    session.statementDidRunHook = nil
    #expect(session.run("c = 1") == .finished)
  }

  @Test("two sessions that share a compiled script keep it once")
  func sharedScript() throws {
    let (one, two) = (try Session(), try Session())
    let script = try one.compile("x = 1")
    for _ in 0..<300 {
      #expect(one.run(script) == .finished && two.run(script) == .finished)
    }
  }

  @Test("a sequence of events ends with its session, also when a copy of the machine lives")
  func streamEnds() async throws {
    var session: Session? = try Session()
    let events = try #require(session?.events())
    session?.run("p = malloc(100)")
    let machine = try #require(session?.machine)
    session = nil
    var count = 0
    for await _ in events { count += 1 }
    #expect(count > 0 && machine.processes.count > 1)
  }

  @Test("signs without end are an error, not a crash")
  func signs() throws {
    let session = try Session()
    for sign in ["++", "--", "-", "!", "~", "+"] {
      for text in [
        "x = \(String(repeating: sign, count: 50_000))1", "\(String(repeating: sign, count: 50_000))y",
      ] {
        #expect(session.check(text).isEmpty == false)
      }
    }
  }

  @Test(
    "another machine that a command puts in place is the session's, also when the command fails",
    arguments: [false, true], ["swap()", "swap"])
  func putsAMachineInPlace(fails: Bool, call: String) throws {
    var configuration = MachineConfiguration()
    configuration.architecture = .i386
    let other = try Session(machine: configuration).machine
    let session = try Session()
    let recorder = EventRecorder()
    session.eventObserver = recorder
    session.run("func work() { p = malloc(1M); write(p, 1M); return sizeof(long) }")
    try session.addCommand("swap") { (session: Session) throws -> Void in
      session.machine = other
      if fails { throw ScriptError("no") }
    }
    try session.addShellCommand("swap") { invocation in
      invocation.session.machine = other
      if fails { throw ScriptError("no") }
    }
    _ = recorder.drain()
    #expect(session.run("try { \(call) } catch e { x = 1 }\nr = work()") == .finished)
    #expect(!recorder.drain().isEmpty)
    #expect(try session.value(of: "r") == 4)
    session.limits = ScriptLimits(steps: 1_000)
    #expect(session.run("try { \(call) } catch e { x = 1 }\np = malloc(512M)\nwrite(p, 512M)").failure != nil)
  }
}
