// What a session says, as values: one record for each statement, event, output, diagnostic and view.

import LinuxMemory
import ScriptLanguage

/// One thing that a session has to say. Its JSON is documented in `Grammar/memsh.schema.json`.
public enum SessionRecord: Sendable {
  /// The first record: the format's version, and the machine.
  case session(MachineConfiguration)
  /// A statement begins.
  case statement(number: Int, line: Int, text: String, time: UInt64)
  /// A layer did something.
  case event(EventRecord)
  /// A statement has ended: what memory amounts to behind it.
  case result(TimelineSample)
  /// Something was printed.
  case output(OutputKind, String, statement: Int)
  /// The script is wrong, or has failed.
  case diagnostic(Diagnostic)
  /// A warning of a command.
  case warning(String, statement: Int)
  /// An `expect` that held.
  case expectation(SourceLocation)
  /// A view of the machine.
  case view(name: String, JSONValue, statement: Int)
  /// The last record.
  case end(status: Int32)

  /// The version of the format: the second number grows when something is added, the first when something changes.
  public static let formatVersion = "1.0"

  /// The record as a JSON object; its member `type` tells which it is.
  public var json: JSONValue {
    let (type, members) = parts
    return .object([JSONValue.Member("type", .string(type))] + members)
  }

  private var parts: (String, [JSONValue.Member]) {
    switch self {
    case .session(let configuration):
      let settings = configuration.settingTexts.map { JSONValue.Member($0.key, .string($0.value)) }
      return ("session", [.init("format", .string(Self.formatVersion)), .init("machine", .object(settings))])
    case .statement(let number, let line, let text, let time):
      return (
        "statement",
        [
          .init("statement", .number(number)), .init("line", .number(line)), .init("text", .string(text)),
          .init("time", .number(Int(clamping: time))),
        ]
      )
    case .event(let record): return ("event", Self.members(of: record))
    case .result(let sample):
      guard case .object(let members) = JSONValue(encoding: sample) else { return ("result", []) }
      return ("result", members)
    case .output(let kind, let text, let statement):
      return (
        "output",
        [
          .init("statement", .number(statement)),
          .init("stream", .string(kind == .standard ? "stdout" : "stderr")),
          .init("text", .string(text)),
        ]
      )
    case .diagnostic(let diagnostic): return ("diagnostic", Self.members(of: diagnostic))
    case .warning(let text, let statement):
      return (
        "diagnostic",
        [
          .init("severity", .string("warning")), .init("message", .string(text)),
          .init("statement", .number(statement)),
        ]
      )
    case .expectation(let location):
      return (
        "expectation",
        [
          .init("holds", .boolean(true)), .init("file", .string(location.file)),
          .init("line", .number(location.line)),
          .init("text", .string(location.excerpt)),
        ]
      )
    case .view(let name, let view, let statement):
      return (
        "view", [.init("statement", .number(statement)), .init("name", .string(name)), .init("view", view)]
      )
    case .end(let status): return ("end", [.init("status", .number(Int(status)))])
    }
  }

  private static func members(of record: EventRecord) -> [JSONValue.Member] {
    let (layer, event) = record.event.layered
    let (name, fields) = JSONValue.parts(of: event)
    return [
      .init("statement", record.statement.map { .number($0) } ?? .null),
      .init("time", .number(Int(clamping: record.time))),
      .init("pid", record.process.map { .number(Int($0.rawValue)) } ?? .null), .init("layer", .string(layer)),
      .init("event", .string(name)), .init("fields", .object(fields)),
      .init("text", .string(record.event.traceLine(pages: record.event.pageCount, isSum: false).words)),
    ]
  }

  private static func members(of diagnostic: Diagnostic) -> [JSONValue.Member] {
    let place = diagnostic.location
    return [
      .init("severity", .string(diagnostic.severity.rawValue)), .init("message", .string(diagnostic.message)),
      .init("file", .string(place.file)), .init("line", .number(place.line)),
      .init("column", .number(place.column)),
      .init("excerpt", .string(place.excerpt)), .init("mark_start", .number(place.markStart)),
      .init("mark_length", .number(place.markLength)),
      .init("hint", diagnostic.hint.map { .string($0) } ?? .null),
      .init(
        "notes",
        .array(
          diagnostic.notes.map { note in
            .object([
              .init("message", .string(note.message)),
              .init("line", note.location.map { .number($0.line) } ?? .null),
            ])
          })),
    ]
  }
}

extension JSONValue {
  /// A whole number.
  fileprivate static func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}

extension MachineEvent {
  /// The layer's name, and its own event.
  fileprivate var layered: (layer: String, event: Any) {
    switch self {
    case .addressSpace(let event): ("address_space", event)
    case .fault(let event): ("fault", event)
    case .reclaim(let event): ("reclaim", event)
    case .overcommit(let event): ("overcommit", event)
    case .outOfMemory(let event): ("oom", event)
    case .glibc(let event): ("glibc", event)
    case .process(let event): ("process", event)
    case .pageAllocator(let event): ("page_allocator", event)
    case .compaction(let event): ("compaction", event)
    case .slab(let event): ("slab", event)
    case .vmalloc(let event): ("vmalloc", event)
    case .pageCache(let event): ("page_cache", event)
    case .controlGroup(let event): ("cgroup", event)
    }
  }
}
