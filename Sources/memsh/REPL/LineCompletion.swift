// What Tab does: the bridge from Readline's completion to a session's.

@preconcurrency import CReadline
import Glibc

/// Completion of the line being edited.
enum LineCompletion {
  /// Says what may stand at a cursor: takes the line and the cursor's offset in bytes, returns where the
  /// word to replace starts, in bytes, and its possible replacements.
  typealias Provider = (_ line: String, _ cursor: Int) -> (start: Int, words: [String])

  nonisolated(unsafe) private static var provider: Provider?

  /// Makes Tab ask `provider`.
  static func install(_ provider: @escaping Provider) {
    Self.provider = provider
    rl_attempted_completion_function = { _, start, _ in
      LineCompletion.matches(readlineStart: Int(start))
    }
  }

  /// Readline's list of matches: what they have in common, then each, then NULL, all of them malloc'ed.
  private static func matches(
    readlineStart: Int
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    // Without a match Readline would offer the files of the host.
    rl_attempted_completion_over = 1
    guard let provider, let buffer = rl_line_buffer else { return nil }
    let line = UnsafeRawBufferPointer(start: buffer, count: Int(rl_end))
    let found = provider(String(decoding: line, as: UTF8.self), Int(rl_point))
    let words = found.words.compactMap { word in
      fit(Array(word.utf8), startingAt: found.start, to: readlineStart, in: line)
    }
    guard let first = words.first,
      let list = calloc(words.count + 2, MemoryLayout<UnsafeMutablePointer<CChar>?>.stride)
    else { return nil }
    let common = words.dropFirst().reduce(first) { common, word in
      Array(zip(common, word).prefix { $0 == $1 }.map(\.0))
    }
    let matches = list.assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self)
    matches[0] = copy(common)
    if words.count > 1 {
      for (index, word) in words.enumerated() { matches[index + 1] = copy(word) }
    }
    // A folder, an opened call and a key want to be continued, not ended by a blank.
    rl_completion_suppress_append = first.last.map { "/(=".utf8.contains($0) } == true ? 1 : 0
    return matches
  }

  /// A word that replaces the line from one offset on, as one that replaces it from Readline's own.
  private static func fit(
    _ word: [UInt8], startingAt start: Int, to readlineStart: Int, in line: UnsafeRawBufferPointer
  ) -> [UInt8]? {
    if readlineStart <= start { return Array(line[readlineStart..<min(start, line.count)]) + word }
    let hidden = readlineStart - start
    guard word.starts(with: line[start..<readlineStart]) else { return nil }
    return Array(word.dropFirst(hidden))
  }

  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
    guard let memory = malloc(bytes.count + 1) else { return nil }
    memory.copyMemory(from: bytes, byteCount: bytes.count)
    let text = memory.assumingMemoryBound(to: CChar.self)
    text[bytes.count] = 0
    return text
  }
}
