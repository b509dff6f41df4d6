// The statements of the language, one line each, for help and the generated reference.

/// A statement as help tells of it.
package struct StatementReference: Sendable, Equatable {
  /// The words that begin it, by which help finds it.
  package var words: [String]
  /// How it is written.
  package var usage: String
  /// One sentence: what it does.
  package var summary: String

  private init(_ words: [String], _ usage: String, _ summary: String) {
    self.words = words
    self.usage = usage
    self.summary = summary
  }

  /// All statements, in the order in which they are explained.
  package static let all: [StatementReference] = [
    StatementReference(
      ["="], "name = value",
      "Assigns a value; +=, -= and the like combine it with the old one, a = b = 0 sets several."),
    StatementReference(
      [
        "int", "char", "short", "long", "signed", "unsigned", "float", "double", "bool", "size_t", "const",
        "static", "void",
      ], "int a = 1, *p = malloc(4)",
      "Declares variables as C does: what is stored in them is converted, unsigned types wrap around."),
    StatementReference(
      ["#define"], "#define NAME value", "Names a constant, alone at the beginning of a line."),
    StatementReference(["print"], "print value, ...", "Prints values with blanks between them."),
    StatementReference(
      ["expect"], "expect condition[, message]",
      "Records a failure with both sides when a condition does not hold, and goes on; the script ends with status 1."
    ),
    StatementReference(
      ["if", "else"], "if condition { ... } else if condition { ... } else { ... }",
      "Runs the first block whose condition holds; behind parentheses a single statement may stand, as in C."),
    StatementReference(["while"], "while condition { ... }", "Runs a block as long as a condition holds."),
    StatementReference(
      ["do"], "do { ... } while (condition)", "Runs a block, and again as long as a condition holds."),
    StatementReference(
      ["for", "in"], "for x in list { ... }, for i in 0..<n { ... }, for key, value in map { ... }",
      "Runs a block for each element of a list, number of a range, or key of a map; two variables take index or key and value."
    ),
    StatementReference(["for"], "for (i = 0; i < n; i++) { ... }", "C's loop."),
    StatementReference(
      ["for", "while", "do", "done"], "for x in words; do ...; done, while commands; do ...; done",
      "The shell's loops; words are split at blanks, decimal ones are integers."),
    StatementReference(
      ["if", "then", "elif", "fi"], "if commands; then ...; elif commands; then ...; else ...; fi",
      "The shell's condition: the commands' status decides."),
    StatementReference(["repeat"], "repeat n { ... }", "Runs a block n times."),
    StatementReference(
      ["switch", "case", "default"], "switch value { case 1: ... break; case 2 ... 5: ... default: ... }",
      "Goes to the case of a value and on from there, to `break`, as in C."),
    StatementReference(["break"], "break", "Leaves the innermost loop or switch."),
    StatementReference(["continue"], "continue", "Goes on with the next round of the innermost loop."),
    StatementReference(
      ["try", "catch"], "try { ... } catch e { ... }",
      "Runs the second block with the message of an error of the script in the first."),
    StatementReference(
      ["func", "return"], "func name(a, b = 5) { ... return value }",
      "Defines a function; parameters with a value may be left out. What it assigns is its own, unless it says `global`."
    ),
    StatementReference(
      ["int", "void"], "int name(int a, char *p) { ... }",
      "A function as C writes it: names that it does not declare are global. `int main()` runs behind the last statement, "
        + "and its value is the exit status."),
    StatementReference(
      ["global"], "global name, ...", "In a function: these names are the global variables."),
    StatementReference(
      ["process"],
      "process NAME { ... }, process \"{name}\" { ... }, process NAME in \"/sys/fs/cgroup/GROUP\" { ... }",
      "Runs a block as a process, which is started the first time; a text computes its name. It starts in the control "
        + "group that is named."),
    StatementReference(
      ["thread"], "thread NAME { ... }, thread NAME stack=SIZE { ... }",
      "Runs a block as a thread of the process, which is created the first time; `join NAME` waits for its end."
    ),
    StatementReference(
      ["holding"], "holding arena { ... }",
      "Runs a block while the thread that acts stands inside malloc with its arena locked, so that other threads go elsewhere."
    ),
    StatementReference(
      ["machine"], "machine key=value, ...",
      "Boots a machine, or with `from=\"DIR\"` makes one in the state of a captured machine; alone it shows the present one."
    ),
    StatementReference(["include"], "include \"file.mem\"", "Runs another script in this place."),
    StatementReference(
      ["sizeof"], "sizeof(type), sizeof x", "How many bytes a C type or a declared variable takes."),
    StatementReference(
      ["$(", "|", "&&", "||", ">"], "command | command && command > FILE, x = $(command), $((expression))",
      "Pipes, lists and redirections of the shell; the output of a command is a text, arithmetic a number."),
  ]
}
