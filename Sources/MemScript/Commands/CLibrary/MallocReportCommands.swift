// mallinfo2, malloc_stats, malloc_info, malloc_usable_size: what the allocator says of itself.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let mallinfo2 = call(
    "mallinfo2", [.init("field", .string, optional: true)], layer: .cLibrary, source: "mallinfo2(3)",
    summary: "Returns the allocator's statistics: one field of the structure by its name, or all in a list.",
    details: "The list is arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, "
      + "fordblks, keepcost."
  ) { session, arguments in
    let fields = try session.machine.mallinfo2(in: session.currentProcess).fields
    guard arguments.isPresent(0) else {
      return .list(fields.map { .integer(Int64(clamping: $0.value)) })
    }
    let name = try arguments.string(0)
    guard let field = fields.first(where: { $0.name == name }) else {
      throw ScriptError(
        "struct mallinfo2 has no field '\(name)'", argument: 0,
        hint: "the fields are " + fields.map(\.name).joined(separator: ", "))
    }
    return .integer(Int64(clamping: field.value))
  }

  static let mallocStats = call(
    "malloc_stats", layer: .cLibrary, source: "malloc_stats(3)",
    summary: "Prints the allocator's statistics on standard error, in glibc's own words."
  ) { session, _ in
    session.output(.standardError, try session.machine.mallocStats(in: session.currentProcess))
    return .null
  }

  static let mallocInfo = call(
    "malloc_info", [.init("options", .integer, optional: true), .init("stream", .integer, optional: true)],
    layer: .cLibrary, source: "malloc_info(3)",
    summary: "Prints the allocator's state as XML, in glibc's own words, on stdout or another stream.",
    details: "options must be 0: for others glibc 2.36 prints nothing and returns EINVAL (22), not the -1 of "
      + "the manual page. Returns 0. The stream's own buffer is not modelled."
  ) { session, arguments in
    let options = Int32(truncatingIfNeeded: try arguments.integer(0))
    let stream = arguments.isPresent(1) ? try arguments.integer(1) : 1
    guard stream == 1 || stream == 2 else {
      throw ScriptError("the streams are stdout and stderr", argument: 1)
    }
    switch try session.machine.mallocInfo(options: options, in: session.currentProcess) {
    case .success(let document):
      session.output(stream == 1 ? .standard : .standardError, document)
      return .integer(0)
    case .failure(let errno): return .integer(Int64(errno.rawValue))
    }
  }

  static let mallocUsableSize = call(
    "malloc_usable_size", [.init("ptr", .pointer)], layer: .cLibrary, source: "malloc_usable_size(3)",
    summary: "Returns how many bytes may be used at ptr: at least what was asked for; 0 for NULL."
  ) { session, arguments in
    let pointer = try arguments.address(0)
    return .integer(
      Int64(clamping: try session.machine.mallocUsableSize(pointer, in: session.currentProcess)))
  }
}

extension MallocInformation {
  /// The fields in the order of the structure.
  fileprivate var fields: [(name: String, value: UInt64)] {
    [
      ("arena", arena), ("ordblks", ordblks), ("smblks", smblks), ("hblks", hblks), ("hblkhd", hblkhd),
      ("usmblks", usmblks), ("fsmblks", fsmblks), ("uordblks", uordblks), ("fordblks", fordblks),
      ("keepcost", keepcost),
    ]
  }
}
