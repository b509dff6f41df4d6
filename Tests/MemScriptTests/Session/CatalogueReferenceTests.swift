// The generated command reference is the one in the project.

import Foundation
import MemScript
import Testing

struct CatalogueReferenceTests {
  @Test("Grammar/commands.md is up to date")
  func referenceIsCurrent() throws {
    let path = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Grammar/commands.md")
    if ProcessInfo.processInfo.environment["MEMSH_RECORD"] == "1" {
      try CatalogueReference.markdown.write(to: path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOf: path, encoding: .utf8)
    #expect(
      written == CatalogueReference.markdown,
      "stale: MEMSH_RECORD=1 scripts/test --filter CatalogueReferenceTests writes it anew")
  }
}
