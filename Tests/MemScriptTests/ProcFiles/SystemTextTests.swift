// The formats of /proc files against recordings: what is read prints the same bytes.

import KernelText
import Testing

@Suite("Formats of /proc files")
struct SystemTextTests {
  /// The recorded files by the end of their path, and the type that reads each.
  private static let types: [(path: String, type: any KernelFormat.Type)] = [
    ("/proc/meminfo", KibibyteTable.self), ("/proc/buddyinfo", BuddyInformation.self),
    ("/proc/pagetypeinfo", PageTypeInformation.self), ("/proc/slabinfo", SlabInformation.self),
    ("/proc/vmallocinfo", VmallocInformation.self), ("/proc/zoneinfo", ZoneInformation.self),
    ("/proc/vmstat", CounterTable.self), ("/proc/swaps", SwapTable.self), ("/proc/iomem", IOMemory.self),
    ("/proc/1/maps", ProcessMappings.self), ("/proc/1/smaps_rollup", ProcessMappings.self),
    ("/proc/1/statm", MemoryStatus.self), ("/proc/1/status", ProcessStatus.self),
  ]

  @Test("every recorded file makes the round trip byte for byte", arguments: Recording.all)
  func roundTrip(machine: String) throws {
    let recording = try Recording(machine)
    var count = 0
    for (path, type) in Self.types {
      let recorded = recording.content(of: path)
      if recorded.isEmpty { continue }
      let parsed: (any KernelFormat)? = type.init(parsing: recorded)
      let value = try #require(parsed, "\(path) of \(machine) is not read")
      #expect(value.text == recorded, "\(path)")
      count += 1
    }
    #expect(count >= 4)
  }

  @Test("meminfo's amounts print as Linux 6.1 has them", arguments: Recording.all)
  func memoryInformation(machine: String) throws {
    let recorded = try Recording(machine).content(of: "/proc/meminfo")
    #expect(MemoryInformation(parsing: recorded)?.text == recorded)
  }

  @Test(
    "swap in use",
    arguments: [
      "/dev/vda                                partition\t262140\t\t0\t\t-2\n",
      "/dev/vda                                partition\t262140\t\t151888\t\t-2\n",
      "/dev/vda                                partition\t12582908\t151888\t\t-2\n",
      "/swap\\040file                           file\t\t12582908\t12582908\t5\n",
    ])
  func swaps(line: String) throws {
    #expect(SwapTable(parsing: SwapTable.header + line)?.text == SwapTable.header + line)
  }

  @Test("a mapping without a name ends with a blank, and a deleted file's name has spaces")
  func mappingNames() throws {
    for line in [
      "7ffff1bf9000-7ffff7ff9000 rw-p 00000000 00:00 0 ",
      "7ffff7fc1000-7ffff7fc5000 rw-s 00002000 00:01 1034                       /memfd:a b (deleted)",
    ] {
      #expect(MapsLine(parsing: Substring(line))?.text(pointerBytes: 8) == line + "\n")
    }
  }

  @Test("limits")
  func limits() {
    // Recorded on Linux 6; the format is that of 6.1.
    let recorded = """
      Limit                     Soft Limit           Hard Limit           Units     \

      Max data size             unlimited            unlimited            bytes     \

      Max stack size            8388608              unlimited            bytes     \

      Max processes             96365                96365                processes \

      Max nice priority         0                    0                    \


      """
    #expect(ProcessLimits(parsing: recorded)?.text == recorded)
    #expect(ProcessLimits(parsing: recorded)?.limits[1].soft == 8_388_608)
  }

  @Test("a name in stat may hold spaces and parentheses")
  func oddNames() throws {
    let text = "83 (a ) (b) S 82 0 0 0 -1 0 107 0 0 0 0 1 0 0 20 0 1 0 382 2068480 228\n"
    let stat = try #require(ProcessStat(parsing: text))
    #expect(stat.name == "a ) (b")
    #expect(stat.number(4) == 82 && stat.number(24) == 228)
    #expect(stat.text == text)
  }

  @Test("what is no file of a kind is refused", arguments: types.map(\.path))
  func refusals(path: String) throws {
    let type = try #require(Self.types.first { $0.path == path }).type
    for text in [
      "no such text\n", "\u{0}", ":", "Node\n", "Node 0, zone\n", "-\n", "a-b c d e f\n",
      "\u{FFFD}\u{FFFD}: 1 kB",
      "99999999999999999999 1\n", "Node 0, zone DMA 99999999999999999999999\n",
      "Page block order: x\n\n\n\n\n",
    ] {
      guard let value = type.init(parsing: text) else { continue }
      // A few texts are of a form: then they print as they are, but for the columns.
      #expect(
        value.text.split { $0 == " " || $0 == "\n" } == text.split { $0 == " " || $0 == "\n" },
        "\(path): \(text)")
    }
  }

  @Test("files of control groups print what was read, as the documents of the kernel show them")
  func groups() throws {
    // Documentation/accounting/psi.rst and admin-guide/cgroup-v2.rst.
    let pressure =
      "some avg10=0.00 avg60=0.12 avg300=12.05 total=157622151\nfull avg10=0.00 avg60=0.00 avg300=100.00 total=0\n"
    let stalls = try #require(PressureInformation(parsing: pressure))
    #expect(stalls.text == pressure && stalls.stalls[0].averages == [0, 12, 1205])
    let nodes = "anon N0=4096 N1=0\nfile N0=8192 N1=12288\n"
    #expect(NodeCounterTable(parsing: nodes)?.text == nodes)
    #expect(NodeCounterTable(parsing: nodes)?.counters[1].values == [8192, 12288])
    for broken in ["some avg10=0.0 avg60=0.00 avg300=0.00 total=0\n", "some avg10=0.00\n", "full\n"] {
      #expect(PressureInformation(parsing: broken) == nil, "\(broken)")
    }
    #expect(NodeCounterTable(parsing: "anon N1=0\n") == nil)
  }
}
