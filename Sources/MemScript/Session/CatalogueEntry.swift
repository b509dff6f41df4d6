// One command as the catalogue knows it: syntax, help and handler in one place.

import ScriptLanguage

/// A command of the language: everything that the parser, the help, completion, the generated reference and
/// the interpreter need to know of it.
package struct CatalogueEntry: Sendable {
  /// Which part of the system a command belongs to; the reference and `.help` group by it.
  package enum Layer: String, Sendable, CaseIterable {
    /// glibc's allocator, section 3 of the manual.
    case cLibrary = "C library"
    /// System calls, section 2 of the manual.
    case systemCall = "System calls"
    /// Reading and writing of memory.
    case touching = "Touching memory"
    /// The kernel's own allocators.
    case kernel = "Kernel"
    /// What is typed at a shell.
    case shell = "Shell"
    /// What only the simulation has.
    case simulation = "Simulation"
    /// Added by the program that embeds the interpreter.
    case host = "Added by the host"
  }

  /// What runs when a script uses the command.
  package enum Handler: Sendable {
    /// A C call with evaluated arguments; returns its result, `.null` for none.
    case call(@Sendable (Session, borrowing CallArguments) throws -> ScriptValue)
    /// A shell command with its words.
    case shell(@Sendable (Session, ShellLine) throws -> Void)
  }

  /// Name, style and parameters.
  package let signature: CommandSignature
  /// One sentence: what it does.
  package let summary: String
  /// What it returns, its errors and what is special here; may be empty.
  package let details: String
  /// Where Linux documents it, such as `malloc(3)`; empty when it is not Linux's.
  package let source: String
  /// The part of the system.
  package let layer: Layer
  /// What runs.
  package let handler: Handler
  /// The options of a shell command as they are typed, such as `-a` and `--all`.
  let optionWords: [String]
  /// Whether it tells what the console of a machine still shows when its kernel has panicked.
  let worksAfterPanic: Bool

  /// Describes a C call.
  package static func call(
    _ name: String, _ parameters: [CommandSignature.Parameter] = [], layer: Layer, source: String = "",
    summary: String, details: String = "", isVariadic: Bool = false,
    handler: @escaping @Sendable (Session, borrowing CallArguments) throws -> ScriptValue
  ) -> CatalogueEntry {
    CatalogueEntry(
      signature: CommandSignature(name: name, style: .call, parameters: parameters, isVariadic: isVariadic),
      summary: summary,
      details: details, source: source, layer: layer, handler: .call(handler))
  }

  /// Describes a C call of the host's own.
  static func host(
    _ signature: CommandSignature, summary: String,
    handler: @escaping @Sendable (Session, borrowing CallArguments) throws -> ScriptValue
  ) -> CatalogueEntry {
    CatalogueEntry(
      signature: signature, summary: summary, details: "", source: "", layer: .host, handler: .call(handler))
  }

  /// Describes a shell command, which may work on a halted machine.
  static func shell(
    _ name: String, usage: String, source: String, summary: String, details: String, worksAfterPanic: Bool,
    optionWords: [String], layer: Layer, handler: @escaping @Sendable (Session, ShellLine) throws -> Void
  ) -> CatalogueEntry {
    CatalogueEntry(
      signature: CommandSignature(name: name, style: .shell), usage: usage, summary: summary,
      details: details, source: source, layer: layer, handler: .shell(handler),
      worksAfterPanic: worksAfterPanic, optionWords: optionWords)
  }

  /// The synopsis, such as `realloc(ptr, size)` or `swapoff [-a] [PATH]`.
  package var synopsis: String {
    if signature.style == .shell { return usage.isEmpty ? signature.name : "\(signature.name) \(usage)" }
    var text = ""
    for (index, parameter) in signature.parameters.enumerated() {
      let separator = index == 0 ? "" : ", "
      text += parameter.isOptional ? "[\(separator)\(parameter.name)]" : separator + parameter.name
    }
    return "\(signature.name)(\(text)\(signature.isVariadic ? ", ..." : ""))"
  }

  private let usage: String

  private init(
    signature: CommandSignature, usage: String = "", summary: String, details: String, source: String,
    layer: Layer, handler: Handler, worksAfterPanic: Bool = false, optionWords: [String] = []
  ) {
    self.optionWords = optionWords
    self.signature = signature
    self.usage = usage
    self.summary = summary
    self.details = details
    self.source = source
    self.layer = layer
    self.handler = handler
    self.worksAfterPanic = worksAfterPanic
  }
}
