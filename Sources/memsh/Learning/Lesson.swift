// One lesson of the tutorial.

/// A few lines to read and to try, and a question at the end.
struct Lesson: Sendable {
  let title: String
  /// At most six lines of 78 columns.
  let text: String
  let question: Question
}
