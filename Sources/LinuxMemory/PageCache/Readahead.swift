// How far ahead of its readers the kernel reads a file.

/// What a sequential reader of a file has had read ahead of it (`ondemand_readahead`, mm/readahead.c), for reads of
/// 64 KiB and more.
struct Readahead: Sendable, Equatable, Codable {
  /// How many pages a window has (`read_ahead_kb` of 128).
  private static let window: UInt64 = 32
  /// How many pages a first read asks for at least.
  private static let request: UInt64 = 16

  /// The page behind the last one that was read.
  private var end: UInt64 = 0
  /// Where the windows begin.
  private var anchor: UInt64 = 0
  /// The page of the first window whose reading has the second one read.
  private var marker: UInt64 = 0

  /// Notes that a read begins, which goes on where the last one ended or begins anew.
  ///
  /// - Parameter hasHistory: whether the pages before are in memory, which looks like a sequential reader.
  mutating func begin(at page: UInt64, hasHistory: Bool) {
    if page == 0 {
      anchor = 0
      marker = Self.request
    } else if page != end {
      // A read somewhere is served alone; when another one goes on behind it, the windows begin there.
      anchor = hasHistory ? page : page + Self.request
      marker = anchor + (hasHistory ? Self.window - 1 : Self.request)
    }
  }

  /// The page behind the last one that is read at once with a page.
  func endOfWindow(from page: UInt64) -> UInt64 {
    page < anchor ? anchor : anchor + ((page - anchor) / Self.window + 1) * Self.window
  }

  /// Notes where a read ended.
  ///
  /// - Returns: the page behind the last one that is read ahead.
  mutating func end(at page: UInt64) -> UInt64 {
    end = page
    guard page > anchor else { return page }
    let count = page - anchor
    // A small first read has a smaller window (`get_init_ra_size`).
    if count <= Self.request / 2 {
      let power = UInt64(1) << UInt64(UInt64.bitWidth - (count - 1).leadingZeroBitCount)
      return anchor + max(2 * power, 4)
    }
    let last = page - 1
    let number = (last - anchor) / Self.window
    let windows = number == 0 && last < marker ? 1 : number + 2
    return anchor + windows * Self.window
  }
}
