// A scenario taken apart into steps: what its comments say, and the statements that follow.

import MemScript

/// One step of a scenario.
struct ScenarioStep: Equatable {
  /// The comment, without its signs.
  var comment: [String]
  /// The statements.
  var code: String
}

/// Takes scripts apart.
struct ScenarioSteps {
  /// A step shows so many lines at most before the next begins, where its statements allow.
  private static let longestStep = 7

  /// The steps of a script: each begins with a comment, and ends where statements are whole.
  ///
  /// - Parameter isOpen: whether a text is the beginning of something longer.
  static func steps(of text: String, isOpen: (String) -> Bool) -> [ScenarioStep] {
    var steps: [ScenarioStep] = []
    var step = ScenarioStep(comment: [], code: "")
    var open = ""
    func close() {
      if !step.code.isEmpty || !step.comment.isEmpty { steps.append(step) }
      step = ScenarioStep(comment: [], code: "")
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.drop { $0 == " " }
      if open.isEmpty, trimmed.hasPrefix("#"), !trimmed.hasPrefix("#define"), !trimmed.hasPrefix("#i") {
        if !step.code.isEmpty { close() }
        step.comment.append(String(trimmed.drop { $0 == "#" || $0 == " " }))
        continue
      }
      guard !open.isEmpty || !trimmed.isEmpty else { continue }
      open += line + "\n"
      guard !isOpen(open) else { continue }
      step.code += open
      open = ""
      let lines = step.comment.count + step.code.split(separator: "\n").count
      if lines >= longestStep { close() }
    }
    step.code += open
    close()
    return steps
  }
}
