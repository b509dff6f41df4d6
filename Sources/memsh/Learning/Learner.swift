// What a learner is at: an example step by step, a lesson, or the quiz.

import MemScript

/// The state of learning in a shell.
struct Learner {
  /// What '.next' goes on with.
  enum Course {
    case none
    case example(Scenario, [ScenarioStep], next: Int)
    case tutorial(lesson: Int)
    case quiz(question: Int)
  }

  var course = Course.none
  /// How many questions of the quiz were answered, and how many of them right.
  var answered = 0
  var right = 0
  /// Whether the present question was answered already.
  var isAnswered = false
}
