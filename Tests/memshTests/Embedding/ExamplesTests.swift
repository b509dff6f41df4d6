// The tools of scripts/examples, a package that depends on memsh as a stranger's would: built, run, and what they print.

import Foundation
import Testing

@Suite(.serialized) struct ExamplesTests {
  private static let package = Memsh.package.appendingPathComponent("scripts/examples")

  /// Builds the package once; scripts/test has done it already, and then this only looks.
  private static let tools: Result<URL, any Error> = Result {
    let build = try Memsh.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["swift", "build", "--package-path", package.path],
      environment: ["MEMSH_WARNINGS_AS_ERRORS": nil])
    try #require(build.status == 0, "\(build.output)\(build.errors)")
    return package.appendingPathComponent(".build/debug")
  }

  private let folder: TemporaryFolder
  private let tools: URL

  init() throws {
    folder = try TemporaryFolder()
    tools = try Self.tools.get()
    for (name, text) in [
      "base":
        "machine ram=256M, swap=256M\nprocess web { w = malloc 60M; write w }\nprocess hog { h = malloc 150M; write h }\n",
      "good": "p = malloc 1M\nwrite p\nanswer = field(\"/proc/self/status\", \"VmRSS\")\n",
      "loop": "while true { }\n", "typo": "p = maloc(5)\n", "twice": "p = malloc(100); free(p); free(p)\n",
      "wrong": "answer = 5\n", "trim": "x = malloc_trim(0)\n", "task": "expect answer > 1000\n",
    ] {
      _ = try folder.write(text, to: "\(name).mem")
    }
  }

  private func run(_ tool: String, _ arguments: String...) throws -> Memsh {
    try Memsh.run(tools.appendingPathComponent(tool), arguments, directory: folder.url)
  }

  @Test func whatIfComparesBranches() throws {
    let run = try run(
      "what-if", "base.mem", "process more { m = malloc 300M; write m }", "swapoff -a", "kill -9 $web",
      "x = nope")
    #expect(run.status == 0 && run.errors == "")
    let lines = run.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 7)
    #expect(lines[0].hasPrefix("before: hog 154420 KiB, web "))
    #expect(lines[1].hasPrefix("process more { m = malloc 300M; write m }: exit status 0, hog 764 KiB"))
    #expect(lines[2] == "  the OOM killer took more")
    #expect(lines[3].hasPrefix("swapoff -a: failed (signal), hog 154420 KiB"))
    #expect(lines[4] == "  the OOM killer took main")
    #expect(lines[5].hasPrefix("kill -9 $web: exit status 0, hog 154420 KiB, main 764 KiB"))
    #expect(lines[6].hasPrefix("x = nope: failed (name), "))
  }

  @Test func lintFindsAndMends() throws {
    let plain = try run("mem-lint", "typo.mem", "good.mem")
    #expect(plain.status == 1)
    #expect(
      plain.output == """
        typo.mem:1:5: error: unknown function `maloc` [name]
          replace by `malloc`
        typo.mem:1:1: warning: `p` is never used [name]
        good.mem:3:1: warning: `answer` is never used [name]

        """)
    let json = try run("mem-lint", "--json", "typo.mem")
    #expect(json.output.hasPrefix("{\"fixIts\":[{\"end\":{\"column\":10,"))
    let fixed = try run("mem-lint", "--fix", "typo.mem")
    #expect(fixed.status == 0)
    let text = try String(contentsOf: folder.url.appendingPathComponent("typo.mem"), encoding: .utf8)
    #expect(text == "p = malloc(5)\n")
  }

  @Test func graderTellsWhy() throws {
    let run = try run(
      "grade", "task.mem", "good.mem", "loop.mem", "typo.mem", "twice.mem", "wrong.mem", "trim.mem")
    #expect(run.status == 0)
    #expect(
      run.output == """
        good: 1/1
        loop: 0/1 more than 200000 steps
        typo: 0/1 nobody knows `maloc` (line 1: unknown function `maloc`)
        twice: 0/1 killed by signal 6
        wrong: 0/1 the task is not solved (line 1: expected > 1000, got 5)
        trim: 0/1 value (line 1: malloc_trim is not allowed in this exam)

        """)
  }

  @Test func batchSumsUp() throws {
    let run = try run("batch", "--jobs", "3", "good.mem", "typo.mem", "twice.mem", "nothing.mem")
    #expect(run.status == 1)
    let lines = run.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 5)
    #expect(lines[0].hasPrefix("good.mem: exit 0, 0 bytes printed, "))
    #expect(lines[1].hasPrefix("typo.mem: name, ") && lines[2].hasPrefix("twice.mem: signal, "))
    #expect(lines[4] == "1 of 4 finished")
  }

  @Test func serverHasAMachineForEachConnection() async throws {
    let server = Process()
    server.executableURL = tools.appendingPathComponent("memsh-server")
    let pipe = Pipe()
    server.standardOutput = pipe
    // A port that nobody has now.
    let port = try Self.freePort()
    server.arguments = ["\(port)"]
    try server.run()
    defer { server.terminate() }
    #expect(
      String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        == "listening on port \(port)\n")
    let client = try folder.write(Self.client, to: "client.py")
    let answers = try Memsh.run(URL(fileURLWithPath: "/usr/bin/env"), ["python3", client, "\(port)"])
    #expect(answers.errors == "")
    #expect(
      answers.output == """
        200 42
        400 input:1:7: error: unknown variable `x`
        n = 5 | n = 5 | 0 None
        n = 7 | n = 7 | 0 None
        n * 2 | 10 | 0 None
        n * 2 | 14 | 0 None
        while true { } | input:1:7: error: the script took more than 5000000 steps | 1 limit
        p = malloc(-1) | p = NULL | 0 None

        """)
  }

  /// Posts two scripts, and talks to two shells at once; a WebSocket (RFC 6455) by hand, for Python brings none.
  private static let client = #"""
    import base64, json, os, socket, sys, urllib.error, urllib.request
    port = int(sys.argv[1])

    def post(script):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/run", script.encode()) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    class Shell:
        def __init__(self):
            self.socket = socket.create_connection(("127.0.0.1", port))
            self.file = self.socket.makefile("rb")
            key = base64.b64encode(os.urandom(16)).decode()
            self.socket.sendall((f"GET /shell HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
            while self.file.readline() != b"\r\n":
                pass

        def enter(self, text):
            data = text.encode()
            self.socket.sendall(bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data)
            length = self.file.read(2)[1]
            if length == 126:
                length = int.from_bytes(self.file.read(2), "big")
            return json.loads(self.file.read(length))

    for script in ["print 41 + 1", "print x"]:
        status, text = post(script)
        print(status, text.split("\n")[0])
    one, two = Shell(), Shell()
    for shell, text in [(one, "n = 5"), (two, "n = 7"), (one, "n * 2"), (two, "n * 2"), (two, "while true { }"),
                        (one, "p = malloc(-1)")]:
        answer = shell.enter(text)
        print(text, "|", answer["output"].split("\n")[0], "|", answer["status"], answer.get("kind"))
    """#

  private static func freePort() throws -> Int {
    let python = try Memsh.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      [
        "python3", "-c",
        "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])",
      ])
    return try #require(Int(python.output.trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}
