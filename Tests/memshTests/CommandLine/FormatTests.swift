// --format json and --tap: what other programs read.

import Foundation
import Testing

@Suite struct FormatTests {
  private static let script = """
    p = malloc 1M
    write p
    maps; heap; buddy; slab; lru; timeline
    expect 1 == 1
    expect 1 == 2, "two"
    mallopt(M_ARENA_MAX, 2)
    echo text | cat
    write(16, 1)
    """

  @Test func eachLineIsJSON() throws {
    let run = try Memsh.run(["--format", "json", "-c", Self.script])
    let records = try run.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let types = records.compactMap { $0["type"] as? String }
    #expect(types.first == "session" && types.last == "end" && run.status == 139)
    #expect(
      Set(types) == [
        "session", "statement", "event", "result", "output", "diagnostic", "expectation", "view", "end",
      ])
    let views = records.filter { $0["type"] as? String == "view" }.compactMap { $0["name"] as? String }
    #expect(views == ["maps", "heap", "buddy", "slab", "lru", "timeline"])
    let output = records.filter { $0["type"] as? String == "output" }.compactMap { $0["text"] as? String }
      .joined()
    #expect(output.hasPrefix("text\nSegmentation fault"))
    #expect(try Memsh.run(["--format", "json", "-c", Self.script]).output == run.output)
  }

  /// Python's jsonschema and pandas judge what real readers would.
  @Test(.enabled(if: Self.hasPython))
  func theSchemaHoldsForTheScenarios() throws {
    let program = """
      import io, json, subprocess, sys, jsonschema, pandas
      memsh, schema, *scenarios = sys.argv[1:]
      schema = json.load(open(schema))
      jsonschema.Draft7Validator.check_schema({}) 
      judge = jsonschema.validators.validator_for(schema)(schema)
      for scenario in scenarios:
          text = subprocess.run([memsh, '--format', 'json', scenario], capture_output=True, text=True).stdout
          lines = text.splitlines()
          # Of a loop's many lines each kind is judged, and then some.
          seen = {}
          for line in lines:
              record = json.loads(line)
              kind = (record['type'], record.get('event'), record.get('name'))
              seen[kind] = seen.get(kind, 0) + 1
              if seen[kind] < 20:
                  for error in judge.iter_errors(record):
                      sys.exit(f'{scenario}: {line[:300]}: {error.message[:300]}')
          frame = pandas.read_json(io.StringIO(text), lines=True)
          if len(frame) != len(lines): sys.exit(f'{scenario}: {len(frame)} rows of {len(lines)} lines')
      """
    let folder = Memsh.package.appendingPathComponent("scripts/scenarios")
    // These two have a million lines.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter {
        $0.hasSuffix(".mem")
          && !["why-rss-stays.mem", "oom-in-c.mem", "fragmentation.mem", "malloc_trim-faults.mem"].contains(
            $0)
      }
    let views = try TemporaryFolder()
    let script = try views.write(Self.script, to: "views.mem")
    let run = try Memsh.run(
      URL(fileURLWithPath: Self.python),
      [
        "-c", program, Memsh.executable.path,
        Memsh.package.appendingPathComponent("Grammar/memsh.schema.json").path, script,
      ]
        + names.map { folder.appendingPathComponent($0).path })
    #expect(run.status == 0, "\(run.errors)")
  }

  private static let python = "/usr/bin/python3"
  private static let hasPython =
    (try? Memsh.run(URL(fileURLWithPath: python), ["-c", "import jsonschema, pandas"]))?.status == 0

  @Test func expectationsAreTestPoints() throws {
    let run = try Memsh.run([
      "--tap", "-c",
      "print \"hello\"\nexpect 1 == 1 # fine\nexpect 1 == 2, \"two\"\nfor i in 0..<2 { expect i < 5 }",
    ])
    #expect(
      run.output == """
        TAP version 14
        # hello
        ok 1 - line 2: expect 1 == 1 \\# fine
        not ok 2 - line 3: expect 1 == 2, "two"
          ---
          message: "two: expected 2, got 1"
          at:
            file: "<command>"
            line: 3
          ...
        ok 3 - line 4: for i in 0..<2 { expect i < 5 }
        ok 4 - line 4: for i in 0..<2 { expect i < 5 }
        1..4

        """)
    #expect(run.status == 1)
    let died = try Memsh.run(["--tap", "-c", "expect true\nwrite(16, 1)"])
    #expect(
      died.output.hasSuffix(
        "ok 1 - line 1: expect true\n# Segmentation fault (process main, PID 88)\nnot ok 2 - the script ended early with status 139\n1..2\n"
      ))
  }

  @Test func wrongCallsAreRefused() throws {
    #expect(try Memsh.run(["--format", "xml", "-c", "1"]).status == 2)
    #expect(try Memsh.run(["--tap", "-i", "x.mem"]).status == 2)
    #expect(try Memsh.run(["--tap", "--format", "json", "x.mem"]).status == 2)
  }
}
