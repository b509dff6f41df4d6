// GLIBC_TUNABLES as a setting of the machine and as the shell exports it.

import MemScript
import Testing

struct TunablesTests {
  private static let freedOne = "p = malloc 24\nmalloc 24\nfree p\nbins\n"

  @Test("the machine's setting counts for every process")
  func machineSetting() throws {
    let transcript = try Transcript()
    let said = transcript.run(
      """
      machine tunables="glibc.malloc.tcache_count=0"
      \(Self.freedOne)
      process other { \(Self.freedOne) }
      """
    ).said
    #expect(said.split(separator: "\n").filter { $0.hasPrefix("fastbins") }.count == 2)
    #expect(!said.contains("tcache:"))
  }

  @Test("the command line's setting wins over the script's")
  func override() throws {
    let transcript = try Transcript(machine: "tunables=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0")
    #expect(transcript.run("machine tunables=\"\"\n" + Self.freedOne).said.hasPrefix("unsorted bin"))
  }

  @Test("what the shell exports counts for programs that start afterwards, until it is unset")
  func exported() throws {
    let transcript = try Transcript()
    let said = transcript.run(
      """
      process before { malloc 24 }
      export GLIBC_TUNABLES=glibc.malloc.tcache_count=0
      export
      process before { \(Self.freedOne) }
      process after { \(Self.freedOne) }
      unset GLIBC_TUNABLES
      export
      process last { \(Self.freedOne) }
      """
    ).said
    let titles = said.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map { $0.prefix(7) }
    #expect(titles == ["declare", "tcache:", "fastbin", "tcache:"])
  }

  @Test("the older variables stand for a tunable each, and GLIBC_TUNABLES wins over them")
  func olderVariables() throws {
    let transcript = try Transcript()
    let said = transcript.run(
      """
      export MALLOC_TOP_PAD_=0 MALLOC_PERTURB_=256
      export
      process first { malloc 24; print hex(int(sbrk(0)) - 0x4d2000) }
      export GLIBC_TUNABLES=glibc.malloc.top_pad=8192
      process second { malloc 24; print hex(int(sbrk(0)) - 0x4d2000) }
      unset GLIBC_TUNABLES MALLOC_TOP_PAD_
      process third { malloc 24; print hex(int(sbrk(0)) - 0x4d2000) }
      """
    ).said
    #expect(
      said == """
        warning: MALLOC_PERTURB_: 256 is out of range for glibc.malloc.perturb: glibc ignores it
        declare -x MALLOC_PERTURB_="256"
        declare -x MALLOC_TOP_PAD_="0"
        0x1000
        0x3000
        0x21000

        """)
  }

  @Test("undo takes an export back")
  func undo() throws {
    let transcript = try Transcript()
    _ = transcript.run("export GLIBC_TUNABLES=glibc.malloc.tcache_count=0", isInteractive: true)
    _ = transcript.session.undo()
    #expect(transcript.run("export").said == "")
  }

  @Test(
    "what glibc ignores in silence is warned of, and nothing fails",
    arguments: [
      ("glibc.malloc.tcache_cuont=0", "no tunable 'glibc.malloc.tcache_cuont'"),
      ("glibc.malloc.perturb=256", "256 is out of range for glibc.malloc.perturb"),
      ("glibc.malloc.arena_max=0", "0 is out of range for glibc.malloc.arena_max"),
      (
        "glibc.malloc.top_pad=4096k", "'4096k' is no number for glibc.malloc.top_pad: glibc takes it for 4096"
      ),
      ("glibc.malloc.mmap_max=", "'' is no number for glibc.malloc.mmap_max: glibc takes it for 0"),
      ("tcache", "'tcache' is not name=value"), ("glibc.rtld.nns=4", "does not concern malloc"),
      ("glibc.malloc.check=3", "only with libc_malloc_debug.so"),
      ("glibc.malloc.hugetlb=1", "glibc.malloc.hugetlb=1 is not modelled"),
    ])
  func warnings(_ value: String, _ words: String) throws {
    let transcript = try Transcript()
    let (outcome, said) = transcript.run("export GLIBC_TUNABLES=\(value)\nprocess p { malloc 24 }")
    #expect(outcome == .finished)
    #expect(said.hasPrefix("warning: GLIBC_TUNABLES: ") && said.contains(words))
  }

  @Test("known tunables are accepted in silence, other variables refused")
  func silence() throws {
    let transcript = try Transcript()
    let known = "glibc.malloc.tcache_count=1:glibc.malloc.hugetlb=0:glibc.malloc.top_pad=0x1000"
    #expect(transcript.run("export GLIBC_TUNABLES=\(known)").said == "")
    #expect(transcript.run("export MALLOC_TOP_PAD_=1 MALLOC_TRIM_THRESHOLD_=-1").said == "")
    #expect(transcript.run("export MALLOC_ARENA_MAX=1").said == "")
    #expect(transcript.run("mallopt(M_ARENA_MAX, 1)").said == "")
    #expect(transcript.run("export LD_PRELOAD=x").said.contains("the variable 'LD_PRELOAD' is not modelled"))
  }
}
