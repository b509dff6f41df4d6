// Lessons, quiz and examples: short enough to read, and every question has an answer that the machine gives.

import Foundation
import MemScript
import Testing

@testable import memsh

@Suite struct LearningTests {
  @Test func lessonsAreTenAndShort() {
    #expect(Lesson.all.count == 10)
    for lesson in Lesson.all {
      let lines = lesson.text.split(separator: "\n")
      #expect(lines.count <= 6, "\(lesson.title)")
      for line in lines { #expect(line.count <= 78, "\(line)") }
      #expect(lesson.question.text.count <= 62, "\(lesson.question.text)")
    }
    for question in Quiz.questions {
      #expect(question.text.split(separator: "\n").count <= 5)
      for line in question.text.split(separator: "\n") { #expect(line.count <= 78, "\(line)") }
    }
  }

  /// The expected answers are those of a real machine; the machine here must give them.
  @Test(
    arguments: Array(
      zip(Lesson.all.map(\.question), ["8K", "2560", "heap", "7", "3.8M", "9.8M", "no", "db", "yes", "web"])))
  func lessonsHaveAnswers(_ question: Question, _ answer: String) throws {
    #expect(question.shown(try question.answer()) == answer)
    guard case .right = try question.judge(answer) else {
      Issue.record("\(question.text) does not take \(answer)")
      return
    }
    #expect(
      try question.judge(
        answer == "no"
          ? "yes"
          : answer == "yes"
            ? "no"
            : answer == "heap" ? "mmap" : answer == "db" ? "web" : answer == "web" ? "db" : "123456789K")
        == .wrong)
    guard case .unreadable = try question.judge("what?") else {
      Issue.record("\(question.text) takes anything")
      return
    }
  }

  @Test(
    arguments: Array(zip(Quiz.questions, ["64.1M", "8K", "8K", "40", "128", "2M", "50.8M", "882M", "log"])))
  func theQuizHasAnswers(_ question: Question, _ answer: String) throws {
    #expect(question.shown(try question.answer()) == answer)
  }

  @Test func numbersAreReadWithUnits() {
    #expect(
      Question.number("8K") == 8192 && Question.number("1.5 MiB") == 1_572_864 && Question.number("7") == 7)
    #expect(Question.number("") == nil && Question.number("x") == nil && Question.number("8Q") == nil)
  }

  @Test func everyScenarioIsInside() throws {
    let folder = Memsh.package.appendingPathComponent("scripts/scenarios")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".mem")
    }
    #expect(Set(Scenario.all.map { $0.name + ".mem" }) == Set(names))
    for scenario in Scenario.all {
      let bytes = try [UInt8](Data(contentsOf: folder.appendingPathComponent(scenario.name + ".mem")))
      #expect(scenario.bytes == bytes, "\(scenario.name)")
    }
  }

  @Test func stepsAreTheWholeScript() throws {
    let session = try Session { _, _ in }
    for scenario in Scenario.all {
      let text = String(decoding: scenario.bytes, as: UTF8.self)
      let steps = ScenarioSteps.steps(of: text) {
        session.parse(SourceText(name: "s", text: $0)).isIncomplete
      }
      #expect(!steps.isEmpty)
      let code = steps.flatMap { $0.code.split(separator: "\n") }
      let comments = steps.flatMap(\.comment)
      let lines = text.split(separator: "\n").filter { !$0.allSatisfy { $0 == " " } }
      #expect(
        code.count + comments.count { !$0.isEmpty } <= lines.count
          && code.count + comments.count >= lines.count - 1, "\(scenario.name)")
      for step in steps {
        #expect(
          session.check(SourceText(name: "s", text: step.code)).allSatisfy {
            $0.message.contains("unknown") || $0.severity == .warning || !$0.message.contains("never ends")
          })
      }
    }
  }

  @Test func teachesOnATerminal() throws {
    let folder = try TemporaryFolder()
    let terminal = try Terminal(environment: ["TERM": "xterm", "HOME": folder.url.path], columns: 80)
    try terminal.wait(for: "memsh> ")
    terminal.enter(".tutorial")
    try terminal.wait(for: "Lesson 1 of 10: malloc only promises\n")
    try terminal.wait(for: "memsh> ")
    terminal.enter(".answer 9K")
    try terminal.wait(for: "No. Try it out")
    terminal.enter(".answer 8K")
    try terminal.wait(for: "Right: 8K. '.next' goes on.\n")
    terminal.enter(".next")
    try terminal.wait(for: "Lesson 2 of 10")
    terminal.enter(".quiz")
    try terminal.wait(for: "Question 1 of 9, on a fresh machine:\n  p = malloc 64M\n")
    terminal.enter(".answer 1M")
    try terminal.wait(for: "No: the machine says 64.1M. Score: 0 of 1.\n")
    terminal.enter(".example kmalloc")
    try terminal.wait(for: "(.next: ")
    terminal.enter(".next")
    try terminal.wait(for: "| ")
    terminal.enter(".example nothing")
    try terminal.wait(for: "there is no example 'nothing'")
  }
}
