// The trace says what each layer did and what changed.

import MemScript
import ScriptLanguage
import Testing

struct TraceTests {
  @Test("a large malloc tells of the threshold, the mapping, the header's page and the sizes")
  func largeMalloc() throws {
    let transcript = try Transcript()
    transcript.session.isTracing = true
    _ = transcript.run("p = malloc 100M", isInteractive: true)
    #expect(transcript.trace.contains("the mmap threshold (M_MMAP_THRESHOLD) of 128 KiB"))
    #expect(transcript.trace.contains("VSS +100.1 MiB"))
    #expect(transcript.trace.contains("RSS +8 KiB"))
    #expect(transcript.trace.contains("free RAM"))
  }

  @Test("a loop is summed up in a bounded number of lines")
  func loopIsSummedUp() throws {
    let transcript = try Transcript()
    transcript.session.isTracing = true
    _ = transcript.run("for i in 0..<10000 { free(malloc(i)) }", isInteractive: true)
    #expect(transcript.trace.split(separator: "\n").count < 40)
  }

  @Test("nothing is said without tracing, nor for a statement that touches no memory")
  func quiet() throws {
    let transcript = try Transcript()
    _ = transcript.run("p = malloc 100M")
    #expect(transcript.trace.isEmpty)
    transcript.session.isTracing = true
    _ = transcript.run("x = 1 + 1")
    #expect(transcript.trace.isEmpty)
  }
}
