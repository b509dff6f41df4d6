// The page size, and rounding to it.

/// The base-2 logarithm of the page size: pages have 4096 bytes on both architectures.
let pageShift: UInt64 = 12
/// The page size in bytes.
let pageSize: UInt64 = 1 << pageShift

extension UInt64 {
  /// An address or length rounded up to whole pages; the largest ones become 0, as in the kernel.
  var roundedUpToPage: UInt64 { (self &+ (pageSize - 1)) & ~(pageSize - 1) }

  /// The same; nil where it leaves 64 bits.
  var roundedUpToPageExactly: UInt64? {
    let (sum, overflow) = addingReportingOverflow(pageSize - 1)
    return overflow ? nil : sum & ~(pageSize - 1)
  }
}

extension Range<UInt64> {
  /// The whole pages that a range of bytes touches; nil when its end leaves 64 bits. The length is rounded up as the
  /// kernel does it, so that the largest ones become 0.
  static func pages(covering address: UInt64, _ length: UInt64) -> Range<UInt64>? {
    let start = address & ~(pageSize - 1)
    let (end, overflow) = start.addingReportingOverflow((length &+ (address - start)).roundedUpToPage)
    return overflow ? nil : start..<end
  }
}
