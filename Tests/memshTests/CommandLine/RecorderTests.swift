// scripts/record: nothing is lost where a program begins early, ends suddenly, or makes threads behind the recorder's back.

import Foundation
import Testing

@testable import memsh

@Suite struct RecorderTests {
  /// A library that allocates and starts threads before any other has been set up.
  private static let library = """
    #include <pthread.h>
    #include <stdlib.h>
    static pthread_barrier_t both;
    static pthread_key_t key;
    static void ends(void *value) { free(*(void **)value); }
    static void *early(void *unused) {
      pthread_barrier_wait(&both);
      for (int i = 0; i < 350; i++) free(malloc(2000 + i));
      return unused;
    }
    __attribute__((constructor)) static void start(void) {
      pthread_t threads[2];
      pthread_key_create(&key, ends);
      for (int i = 0; i < 3000; i++) if (!malloc(1000)) abort();
      pthread_barrier_init(&both, 0, 2);
      for (int i = 0; i < 2; i++) pthread_create(threads + i, 0, early, 0);
      for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
    }
    """
  private static let program = """
    #include <signal.h>
    #include <stdlib.h>
    #include <threads.h>
    #include <unistd.h>
    static int hidden(void *unused) { void *block = malloc(5000); free(block); return !block || unused; }
    int main(void) {
      thrd_t thread;
      thrd_create(&thread, hidden, 0);
      thrd_join(thread, 0);
      for (int i = 0; i < 100; i++) if (!malloc(64)) abort();
      kill(getpid(), SIGKILL);
    }
    """

  private static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/gcc")

  @Test(.enabled(if: hasCompiler)) func nothingIsLost() throws {
    let folder = try TemporaryFolder()
    let gcc = URL(fileURLWithPath: "/usr/bin/gcc")
    let place = folder.url.path
    let (library, program) = (
      try folder.write(Self.library, to: "early.c"), try folder.write(Self.program, to: "main.c")
    )
    for arguments in [
      ["-O1", "-fno-builtin", "-shared", "-fPIC", "-o", "\(place)/libearly.so", library, "-pthread"],
      [
        "-O1", "-fno-builtin", "-o", "\(place)/main", program, "-Wl,--no-as-needed", "\(place)/libearly.so",
        "-pthread",
        "-Wl,-rpath,\(place)",
      ],
    ] {
      let made = try Memsh.run(gcc, arguments)
      #expect(made.status == 0, "\(made.errors)")
    }
    let record = Memsh.package.appendingPathComponent("scripts/record")
    let run = try Memsh.run(
      record, ["-o", "\(place)/main.trace", "\(place)/main"], environment: ["XDG_CACHE_HOME": place])
    #expect(run.status == 137, "\(run.errors)")
    let trace = try String(contentsOfFile: "\(place)/main.trace", encoding: .utf8)
    let lines = trace.split(separator: "\n")
    #expect(trace.hasSuffix("\n"))
    let form = /(#.*|\[[0-9]+\] [a-z_]+\([^()]*\)( = [0-9a-fx]+)?)/
    #expect(lines.allSatisfy { $0.wholeMatch(of: form) != nil })
    #expect(lines.count { $0.contains("malloc(1000)") } == 3000)
    #expect(lines.count { $0.contains("malloc(64)") } == 100)
    #expect(lines.count { $0.contains("pthread_create(") } == 3)
    #expect(lines.count { $0.contains("pthread_exit()") } == 3)
    // Early threads free in the order in which they allocate, one block at a time.
    for thread in 1...2 {
      let own = lines.filter { $0.hasPrefix("[\(thread)] malloc(2") || $0.hasPrefix("[\(thread)] free(") }
      #expect(own.count == 700)
    }
    // The block of the hidden thread lies in an arena of its own, which is no part of the heap.
    #expect(lines.contains { $0.hasPrefix("[3] malloc(5000) = 0x7") })
    let replay = try Memsh.run(["replay", "\(place)/main.trace"])
    #expect(replay.status == 0 && replay.output.contains("other arenas"))
  }
}
