// The colours of the lines about the layers: what must not be missed stands out, and layers are told apart.

/// Colours for lines that begin with the name of a layer.
enum TraceColors {
  /// Colours (ECMA-48, SGR) of the layers' names.
  private static let colors: [Substring: String] = [
    "glibc": "36", "brk": "34", "mmap": "34", "munmap": "34", "mremap": "34", "mprotect": "34",
    "madvise": "34",
    "mlock": "34", "munlock": "34", "stack": "34", "fault": "32", "buddy": "35", "slab": "35",
    "vmalloc": "35",
    "ioremap": "35", "compaction": "35", "cache": "33", "kswapd": "33", "reclaim": "33", "swap": "33",
    "khugepaged": "33", "process": "1", "machine": "1", "oom": "1;31", "signal": "1;31", "refused": "1;31",
    "panic": "1;31",
  ]

  /// Lines of a trace with the names of their layers coloured; a line that begins with another word stays as it is.
  static func colored(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(coloredLine).joined(separator: "\n")
  }

  private static func coloredLine(_ line: Substring) -> String {
    let indentation = line.prefix { $0 == " " }
    let name = line[indentation.endIndex...].prefix { $0 != " " }
    guard let color = colors[name] else { return String(line) }
    let rest = line[name.endIndex...]
    // What ends something is coloured as a whole.
    if color.hasSuffix("31") { return "\(indentation)\u{1B}[\(color)m\(name)\(rest)\u{1B}[0m" }
    return "\(indentation)\u{1B}[\(color)m\(name)\u{1B}[0m\(rest)"
  }
}
