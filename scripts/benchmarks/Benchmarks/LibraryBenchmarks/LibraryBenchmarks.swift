// Micro-benchmarks: what the paths that every script takes cost.

import Benchmark
import Glibc
import LinuxMemory
import MemScript

/// A session whose output goes nowhere, on the default machine.
private func quietSession() -> Session? {
  try? Session { _, _ in }
}

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration.maxDuration = .seconds(3)

  Benchmark("boot 1 GiB") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(quietSession()) }
  }

  Benchmark("malloc and free of 100 bytes", configuration: .init(scalingFactor: .kilo)) { benchmark in
    guard let session = quietSession() else { return benchmark.error("no machine") }
    benchmark.startMeasurement()
    session.run("repeat \(benchmark.scaledIterations.count) { free(malloc(100)) }")
  }

  Benchmark("write of 512 MiB at once") { benchmark in
    for _ in benchmark.scaledIterations {
      guard let session = quietSession() else { return benchmark.error("no machine") }
      benchmark.startMeasurement()
      session.run("p = malloc 512M; write p; free p")
      benchmark.stopMeasurement()
    }
  }

  Benchmark("kmalloc and kfree of 16 bytes", configuration: .init(scalingFactor: .kilo)) { benchmark in
    guard let session = quietSession() else { return benchmark.error("no machine") }
    benchmark.startMeasurement()
    session.run("repeat \(benchmark.scaledIterations.count) { kfree(kmalloc(16, GFP_KERNEL)) }")
  }

  // A page of the simulated buddy allocator beside a block of the host's own malloc.
  Benchmark("a page allocated and freed", configuration: .init(scalingFactor: .kilo)) { benchmark in
    var pages = PageAllocator(configuration: MachineConfiguration())
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      guard let frame = pages.allocate(order: 0, .GFP_KERNEL, watermark: .low) else { continue }
      pages.free(frame, order: 0)
    }
  }

  Benchmark("malloc and free of the host", configuration: .init(scalingFactor: .kilo)) { benchmark in
    for _ in benchmark.scaledIterations {
      let block = malloc(100)
      blackHole(block)
      free(block)
    }
  }

  Benchmark("copy of a machine that is then written") { benchmark in
    guard let session = quietSession() else { return benchmark.error("no machine") }
    session.run("p = malloc 256M; write p, 128M")
    let before = session.machine
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      session.machine = before
      session.run("write p + 128M, 1M")
    }
  }
}
