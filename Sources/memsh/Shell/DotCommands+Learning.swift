// Learning: .tutorial, .example, .quiz, .answer, .next.

import MemScript
import ScriptLanguage

extension DotCommands {
  /// The commands for learners.
  static let learning = [
    DotCommand(
      name: "tutorial", usage: "[N]", summary: "ten short lessons, from malloc to the OOM killer",
      details: "Each ends with a question: '.answer X' asks the machine, '.next' goes on.",
      counts: 0...1
    ) { shell, words throws(ShellError) in try shell.tutorial(words.first) },
    DotCommand(
      name: "example", usage: "[NAME]", summary: "list the scenarios, or run one step by step",
      details: "'.next' runs the next step; each step can be taken back.",
      example: ".example oom", counts: 0...1, operands: [.scenario]
    ) { shell, words throws(ShellError) in try shell.example(words.first) },
    DotCommand(
      name: "quiz", usage: "", summary: "predict what the machine does, then see"
    ) { shell, _ throws(ShellError) in
      shell.learner.course = .quiz(question: 0)
      (shell.learner.answered, shell.learner.right) = (0, 0)
      shell.ask()
    },
    DotCommand(
      name: "answer", usage: "X", summary: "answer a question of the tutorial or the quiz",
      example: ".answer 8K", counts: 1...3
    ) { shell, words throws(ShellError) in try shell.answer(words.joined(separator: " ")) },
    DotCommand(
      name: "next", usage: "", summary: "the next step, lesson or question"
    ) { shell, _ throws(ShellError) in try shell.next() },
  ]
}

extension Shell {
  // MARK: Tutorial

  /// `.tutorial`.
  func tutorial(_ word: String?) throws(ShellError) {
    var lesson = 0
    if let word {
      guard let number = Int(word), Lesson.all.indices.contains(number - 1) else {
        throw ShellError("there are lessons 1 to \(Lesson.all.count), not '\(word)'")
      }
      lesson = number - 1
    }
    learner.course = .tutorial(lesson: lesson)
    show(lesson)
  }

  private func show(_ number: Int) {
    let lesson = Lesson.all[number]
    learner.isAnswered = false
    let text =
      "Lesson \(number + 1) of \(Lesson.all.count): \(lesson.title)\n\(lesson.text)\n"
      + "? \(lesson.question.text)  (.answer X, .next)"
    for line in text.split(separator: "\n") { console.print(wrapped(String(line), hanging: 2)) }
  }

  // MARK: Quiz

  /// Asks the present question of the quiz.
  func ask() {
    guard case .quiz(let number) = learner.course else { return }
    learner.isAnswered = false
    let question = Quiz.questions[number]
    let lines = question.text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    console.print("Question \(number + 1) of \(Quiz.questions.count), on a fresh machine:\n\(lines)\n")
    console.print("? predict it with '.answer X'\(question.toleranceText)\n")
  }

  /// `.answer`.
  func answer(_ guess: String) throws(ShellError) {
    switch learner.course {
    case .tutorial(let number):
      switch try Lesson.all[number].question.judge(guess) {
      case .right(let answer):
        let last = number + 1 == Lesson.all.count
        console.print(
          "Right: \(answer). \(last ? "That was the last lesson; '.quiz' asks more." : "'.next' goes on.")\n")
      case .wrong: console.print("No. Try it out and look again; '.why' tells what the last statement did.\n")
      case .unreadable(let hint): throw ShellError(hint)
      }
    case .quiz(let number):
      let question = Quiz.questions[number]
      let verdict = try question.judge(guess)
      if case .unreadable(let hint) = verdict { throw ShellError(hint) }
      let truth = question.shown(try question.answer())
      var isRight = false
      if case .right = verdict { isRight = true }
      if !learner.isAnswered {
        learner.answered += 1
        if isRight { learner.right += 1 }
      }
      learner.isAnswered = true
      console.print(
        "\(isRight ? "Right" : "No"): the machine says \(truth). Score: \(learner.right) of \(learner.answered).\n"
      )
      if number + 1 < Quiz.questions.count { console.print("'.next' asks the next question.\n") }
    default: throw ShellError("nothing was asked: '.tutorial' and '.quiz' ask")
    }
  }

  // MARK: Examples

  /// `.example`.
  func example(_ name: String?) throws(ShellError) {
    guard let name else {
      for scenario in Scenario.all {
        console.print(wrapped("  \(padded(scenario.name, 20)) \(scenario.title)", hanging: 23))
      }
      return console.print("'.example NAME' runs one, step by step\n")
    }
    let plain = name.hasSuffix(".mem") ? String(name.dropLast(4)) : name
    let names = Scenario.all.map(\.name)
    let found = Scenario.all.filter { $0.name == plain }
    let beginnings = found.isEmpty ? Scenario.all.filter { $0.name.hasPrefix(plain) } : found
    guard beginnings.count == 1, let scenario = beginnings.first else {
      let hint = Suggestion.didYouMean(plain, among: [names])?.hint ?? "'.example' lists them"
      throw ShellError(
        beginnings.isEmpty
          ? "there is no example '\(name)'; \(hint)"
          : "'\(name)' may be \(beginnings.map(\.name).joined(separator: ", "))")
    }
    let steps = ScenarioSteps.steps(of: String(decoding: scenario.bytes, as: UTF8.self)) { text in
      session.parse(SourceText(name: "<example>", text: text)).isIncomplete
    }
    learner.course = .example(scenario, steps, next: 0)
    try next()
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }

  /// `.next`.
  func next() throws(ShellError) {
    switch learner.course {
    case .none: throw ShellError("nothing to go on with: '.tutorial', '.example NAME' or '.quiz' begins")
    case .tutorial(let number):
      guard number + 1 < Lesson.all.count else {
        learner.course = .none
        return console.print("That was the last lesson. '.quiz' asks, '.example' lists scenarios to run.\n")
      }
      learner.course = .tutorial(lesson: number + 1)
      show(number + 1)
    case .quiz(let number):
      guard number + 1 < Quiz.questions.count else {
        learner.course = .none
        return console.print("That was the last question: \(learner.right) of \(learner.answered) right.\n")
      }
      learner.course = .quiz(question: number + 1)
      ask()
    case .example(let scenario, let steps, let index):
      guard index < steps.count else {
        learner.course = .none
        return console.print("That was the end of \(scenario.name).\n")
      }
      learner.course = .example(scenario, steps, next: index + 1)
      run(steps[index])
      let left = steps.count - index - 1
      console.print(left == 0 ? "That was the end of \(scenario.name).\n" : "(.next: \(left) more)\n")
      if left == 0 { learner.course = .none }
    }
  }

  private func run(_ step: ScenarioStep) {
    for line in step.comment where !line.isEmpty { console.print("# \(line)\n") }
    guard !step.code.isEmpty else { return }
    let lines = step.code.split(separator: "\n")
    let room = max(7 - step.comment.count, 4)
    for line in lines.prefix(lines.count > room + 1 ? room : lines.count) { console.print("| \(line)\n") }
    if lines.count > room + 1 { console.print("| ... \(lines.count - room) more lines\n") }
    _ = enter(session.parse(SourceText(name: "<example>", text: step.code)))
  }
}
