// The parts of a kernel image by name.

/// The parts of the kernel image that /proc/iomem names.
struct ImageMap: Hashable, Sendable {
  /// A part: first and last address, and name.
  struct Part: Hashable, Sendable {
    let start: UInt64
    let end: UInt64
    let name: String
  }

  /// The parts by address.
  let parts: [Part]
  /// Whether the kernel sees addresses above 4 GiB.
  let isWide: Bool
  /// Whether the video memory is claimed.
  let hasVideoArea: Bool
}
