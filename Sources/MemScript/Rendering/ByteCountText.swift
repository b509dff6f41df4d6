// Byte counts as people read them.

/// `bytes` in the largest binary unit of which there is at least one, with one decimal, rounded, unless that is 0:
/// `132 KiB`, `101.2 MiB`, `17 bytes`.
func byteCountText(_ bytes: UInt64) -> String {
  let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
  guard bytes >= 1024 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
  var index = 0
  while index + 1 < units.count, bytes >> (10 * UInt64(index + 2)) > 0 { index += 1 }
  let shift = 10 * UInt64(index + 1)
  let whole = bytes >> shift
  let rest = bytes & ((1 << shift) - 1)
  if rest == 0 { return "\(whole) \(units[index])" }
  // Ten times 2^60 and a half fit 64 bits.
  let tenths = whole * 10 + (rest * 10 + 1 << (shift - 1)) >> shift
  // What is rounded up to 1024 of a unit is one of the next.
  if tenths == 10_240, index + 1 < units.count { return "1 \(units[index + 1])" }
  return tenths % 10 == 0 ? "\(tenths / 10) \(units[index])" : "\(tenths / 10).\(tenths % 10) \(units[index])"
}

/// A change of a byte count with its sign: `+100 MiB`, `-4 KiB`, `+0`.
func byteChangeText(from old: UInt64, to new: UInt64) -> String {
  if new == old { return "+0" }
  return new > old ? "+\(byteCountText(new - old))" : "-\(byteCountText(old - new))"
}

/// An address as C prints it: `0x7ffff7fff010`.
func addressText(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }

/// An amount of memory in pages and in bytes: `40 KiB (10 pages)`.
func pagesText(_ count: Int) -> String {
  "\(byteCountText(UInt64(max(count, 0)) << 12)) (\(pageCountText(count)))"
}

/// `1 page`, `2 pages`.
func pageCountText(_ count: Int) -> String { count == 1 ? "1 page" : "\(count) pages" }
