// The settings of /proc/sys/vm: names, texts and what is refused.

import Testing

@testable import LinuxMemory

@Suite("vm.* settings")
struct SystemTunablesTests {
  let booted = SystemTunables(
    table: KernelRelease.linux61.tunables,
    minFreeKilobytes: 45056, lowmemReserveRatio: [256, 256, 32, 0, 0], freeKilobytes: 967_616)

  @Test("names are sorted and defaults are the kernel's")
  func defaults() throws {
    #expect(booted.names == booted.names.sorted())
    let expected = [
      "admin_reserve_kbytes": "8192", "lowmem_reserve_ratio": "256\t256\t32\t0\t0",
      "max_map_count": "65530", "min_free_kbytes": "45056", "overcommit_memory": "0",
      "overcommit_ratio": "50", "page-cluster": "3", "swappiness": "60", "user_reserve_kbytes": "30238",
      "vfs_cache_pressure": "100", "watermark_scale_factor": "10", "dirty_ratio": "20",
    ]
    for (name, text) in expected { #expect(try booted.text(of: name).get() == text) }
    #expect(throws: ErrorNumber.ENOENT) { try booted.text(of: "nonesuch").get() }
    #expect(throws: ErrorNumber.EACCES) { try booted.text(of: "drop_caches").get() }
  }

  @Test(
    "what the kernel takes",
    arguments: [
      ("swappiness", "10\n", "10"), ("swappiness", " \t0x20 ", "32"), ("swappiness", "010", "8"),
      ("swappiness", "200 junk", "200"), ("overcommit_ratio", "-5", "-5"),
      ("user_reserve_kbytes", "18446744073709551615", "18446744073709551615"),
      ("lowmem_reserve_ratio", "abc", "256\t256\t32\t0\t0"),
      ("lowmem_reserve_ratio", "256 32 0 0\n", "256\t32\t0\t0\t0"),
      ("lowmem_reserve_ratio", "1 1 1 1 1", "1\t1\t1\t1\t1"), ("min_free_kbytes", "0", "0"),
      ("oom_kill_allocating_task", "7", "7"), ("swappiness", "", "60"),
    ])
  func accepted(name: String, text: String, reads: String) throws {
    var tunables = booted
    _ = try tunables.write(name, text: text).get()
    #expect(try tunables.text(of: name).get() == reads)
  }

  @Test(
    "what the kernel refuses",
    arguments: [
      ("swappiness", "201"), ("swappiness", "-1"), ("swappiness", "abc"), ("swappiness", "1x"),
      ("swappiness", "\n"), ("swappiness", "-"), ("overcommit_memory", "3"), ("panic_on_oom", "3"),
      ("overcommit_memory", "2147483648"), ("overcommit_ratio", "2147483648"), ("drop_caches", "0"),
      ("drop_caches", "5"), ("watermark_scale_factor", "0"), ("watermark_scale_factor", "3001"),
      ("min_free_kbytes", "-1"), ("max_map_count", "99999999999999999999"),
      ("user_reserve_kbytes", "18446744073709551616"), ("user_reserve_kbytes", "000000000000000000001"),
      ("dirty_bytes", "4096"), ("user_reserve_kbytes", "-1"),
    ])
  func refused(name: String, text: String) {
    var tunables = booted
    #expect(throws: ErrorNumber.EINVAL) { try tunables.write(name, text: text).get() }
    #expect(tunables == booted)
  }

  @Test("settings that exclude each other")
  func pairs() throws {
    var tunables = booted
    _ = try tunables.write("overcommit_kbytes", text: "600000").get()
    #expect(tunables.overcommitRatio == 0)
    _ = try tunables.write("overcommit_ratio", text: "70").get()
    #expect(tunables.overcommitKilobytes == 0)
    #expect(tunables.overcommitRules.ratio == 70)
  }
}
