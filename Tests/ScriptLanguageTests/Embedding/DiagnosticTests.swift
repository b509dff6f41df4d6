// Messages: places, carets, hints, call chains, and all errors in one run.

import Testing

@testable import ScriptLanguage

@Suite struct DiagnosticTests {
  private func rendered(_ text: String) -> String {
    guard let diagnostics = Session().run(text).failure?.diagnostics else { return "" }
    return DiagnosticRenderer().render(diagnostics)
  }

  @Test("The caret stands under the exact span, in characters")
  func caret() {
    #expect(
      rendered("print \"é\", undefinedName") == """
        t.mem:1:12: error: unknown variable `undefinedName`
            print "é", undefinedName
                       ^~~~~~~~~~~~~

        """)
    #expect(rendered("\tprint\t1 / 0").contains("     print 1 / 0\n" + "           ^~~~~\n"))
  }

  @Test("Runtime errors show the chain of calls")
  func callChain() {
    #expect(
      rendered("func g(x) { return 1 / x }\nfunc f(x) { return g(x) }\nf(0)") == """
        t.mem:1:20: error: division by zero
            func g(x) { return 1 / x }
                               ^~~~~
        t.mem:2:20: note: in `g`, called here
        t.mem:3:1: note: in `f`, called here

        """)
  }

  @Test(
    "Did you mean",
    arguments: [
      ("x = mallocc(5)", "did you mean `malloc`?"), ("ech 3", "did you mean `echo`?"),
      ("count = 1; print cuont", "did you mean `count`?"),
      ("print M_TRIM_TRESHOLD", "did you mean `M_TRIM_THRESHOLD`?"),
      ("swapof -a $x", "did you mean `swapoff`?"),
      ("print lenn([])", "did you mean `len`?"), ("print statsu", "did you mean `status`?"),
      ("x = swapoff", "write `$(swapoff)`"),
    ])
  func suggestions(text: String, hint: String) {
    guard let diagnostics = Session().run(text).failure?.diagnostics else {
      Issue.record("no diagnostic")
      return
    }
    #expect(diagnostics.first?.hint == hint)
  }

  @Test("All syntax errors of a text come in one run")
  func recovery() {
    let script = """
      x = 
      if a { y = = 3 }
      print "abc
      t = "a{1 + }b"
      for (i = 0; i < 3; i++) { print ) }
      cat a | b
      z = (1, 2
      """
    #expect(
      Session().messages(script).map { $0.prefix { $0 != " " } } == [
        "1:5", "2:12", "3:7", "4:12", "5:33", "6:9", "7:10",
      ])
  }

  @Test(
    "Mistakes found before anything runs",
    arguments: [
      ("print 1\nbreak", "2:1 `break` stands only in a loop"),
      ("print 1\nreturn 3", "2:1 `return` stands only in a function"),
      ("malloc(1, 2)", "1:1 `malloc` takes 1 argument, not 2"),
      ("write = 3", "1:1 `write` is a command and cannot be a variable"),
      ("status = 3", "1:1 `status` is set by the commands and cannot be assigned"),
      ("MCL_FUTURE = 3", "1:1 `MCL_FUTURE` is a constant and cannot be assigned"),
      ("func f(a, a) { }", "1:11 `a` names two parameters"), ("func write() { }", "1:6 `write` is a command"),
      ("func f() { }\nfunc f() { }", "2:6 `f` is defined twice"),
      ("x = 1\nx == 1", "2:1 the result of this expression is not used"),
      ("x = 1 + malloc", "1:9 a call inside an expression needs parentheses"),
      ("print 5 = 3", "1:9 expected the end of the statement, found `=`"),
      ("*p = 1", "1:1 a pointer cannot be dereferenced"),
      ("x = 3 = 4", "1:5 this cannot be assigned to"),
    ])
  func early(text: String, message: String) {
    let session = Session()
    #expect(session.messages(text).first == message)
    #expect(session.host.lines.isEmpty)
  }

  @Test("A variable without a value is an error where it is read")
  func noValue() {
    #expect(Session().messages("if 0 { y = 3 }\nprint y") == ["2:7 `y` has no value yet"])
    #expect(Session().messages("func f() { if 0 { y = 3 }; return y }\nf()") == ["1:35 `y` has no value yet"])
    #expect(Session().messages("func f() { return y }\nf()\ny = 3") == ["1:19 `y` has no value yet"])
  }
}
