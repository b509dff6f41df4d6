// A shell in the browser: each connection has a machine of its own, under limits.
// Usage: memsh-server [PORT]     WebSocket at /shell: a text is an input; the answer is JSON.
//                                POST /run: a script in, what it printed out.

import FlyingFox
import Foundation
import MemScript

@main
struct Server {
  static func main() async throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8080
    let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: port))
    await server.appendRoute("GET /shell", to: .webSocket(ShellHandler()))
    await server.appendRoute("POST /run") { request in
      let text = String(decoding: try await request.bodyData, as: UTF8.self)
      let shell = try Shell()
      let answer = await shell.enter(text)
      return HTTPResponse(
        statusCode: answer.status == 0 ? .ok : .badRequest, headers: [.contentType: "text/plain"],
        body: Data(answer.output.utf8))
    }
    let task = Task { try await server.run() }
    try await server.waitUntilListening()
    FileHandle.standardOutput.write(Data("listening on port \(port)\n".utf8))
    try await task.value
  }
}

/// One connection's session. An actor keeps it to itself: inputs come one after the other.
actor Shell {
  /// What came of an input.
  struct Answer: Codable {
    var output: String
    var status: Int32
    var kind: String?
    var free: UInt64
  }

  private let session: Session
  private let said = Said()

  /// What the session says; only its actor uses it.
  private final class Said {
    var text = ""
  }

  init() throws {
    let said = said
    session = try Session(limits: ScriptLimits(steps: 5_000_000, stateBytes: 64 << 20, outputBytes: 100_000))
    {
      said.text += $1
    }
  }

  func enter(_ text: String) -> Answer {
    said.text = ""
    let outcome = session.run(SourceText(name: "input", text: text), isInteractive: true)
    return Answer(
      output: said.text, status: outcome.exitStatus, kind: outcome.failure?.kind.code,
      free: session.machine.freeBytes)
  }
}

/// Answers the messages of one connection after the other.
struct ShellHandler: WSMessageHandler {
  func makeMessages(for client: AsyncStream<WSMessage>) async throws -> AsyncStream<WSMessage> {
    let shell = try Shell()
    return AsyncStream { continuation in
      let task = Task {
        for await case .text(let text) in client {
          let encoder = JSONEncoder()
          encoder.outputFormatting = .sortedKeys
          let answer = try encoder.encode(await shell.enter(text))
          continuation.yield(.text(String(decoding: answer, as: UTF8.self)))
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
