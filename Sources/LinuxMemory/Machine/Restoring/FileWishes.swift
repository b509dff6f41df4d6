// Which pages of files processes map, as far as numbers can tell.

/// The mappings of files that are to be filled, file by file.
///
/// Linux tells of a mapping how many pages it maps, how many of them others map too, and each page's share; not which ones.
/// Shared ones are taken from one end of the file's part on, so that who maps fewer maps a part of what the others map;
/// pages of one's own are those that nobody else has.
struct FileWishes {
  /// What one mapping wants.
  private struct Wish {
    var task: ProcessHandle
    /// An address in the mapping.
    var address: UInt64
    /// The pages of the file that it may map.
    var pages: Range<UInt64>
    var shared: Int
    var own: Int
    /// Whether its first pages are copies already, so that those of the file are at its end.
    var isFromEnd: Bool
  }

  /// Pages of a file that a mapping maps.
  struct Part {
    /// Whose mapping.
    var task: ProcessHandle
    /// An address in it.
    var address: UInt64
    /// The pages of the file.
    var pages: Range<UInt64>
  }

  /// What is to be mapped of one file.
  struct Plan {
    /// The file.
    var file: FileIdentifier
    /// The parts, shared ones first.
    var parts: [Part]
  }

  private var wishes: [FileIdentifier: [Wish]] = [:]

  /// Notes what a mapping wants.
  mutating func add(
    _ mapping: ProcessState.Mapping, of file: FileIdentifier, in area: VirtualMemoryArea,
    _ task: ProcessHandle
  ) {
    let copies = min(max(mapping.anonymous, 0) + max(mapping.swapped, 0), area.pageCount)
    let first = area.pageOffset + UInt64(copies)
    let pages = first..<area.pageOffset + UInt64(area.pageCount)
    let shared = min(max(mapping.sharedFile, 0), pages.count)
    let own = min(max(mapping.privateFile, 0), pages.count - shared)
    if shared + own == 0 { return }
    wishes[file, default: []].append(
      Wish(
        task: task, address: area.start, pages: pages, shared: shared, own: own,
        isFromEnd: area.permissions.contains(.write) || copies > 0))
  }

  /// What to map, in the order of the files' numbers.
  var plans: [Plan] { wishes.keys.sorted().map { Plan(file: $0, parts: parts(wishes[$0] ?? [])) } }

  private func parts(_ wishes: [Wish]) -> [Part] {
    var parts: [Part] = []
    var used = ExtentMap<FilePart>()
    for wish in wishes where wish.shared > 0 {
      let count = UInt64(wish.shared)
      let pages =
        wish.isFromEnd
        ? wish.pages.upperBound - count..<wish.pages.upperBound
        : wish.pages.lowerBound..<wish.pages.lowerBound + count
      parts.append(Part(task: wish.task, address: wish.address, pages: pages))
      used.set(pages, to: FilePart())
    }
    for wish in wishes where wish.own > 0 {
      let shared = UInt64(wish.shared)
      let free =
        wish.isFromEnd
        ? wish.pages.lowerBound..<wish.pages.upperBound - shared
        : wish.pages.lowerBound + shared..<wish.pages.upperBound
      var left = UInt64(wish.own)
      // What nobody has, and where that is not enough, what others have too.
      for piece in used.gaps(in: free) + used.extents(in: free).map(\.range) where left > 0 {
        let part = piece.clamped(to: free)
        let pages = part.lowerBound..<part.lowerBound + min(left, UInt64(part.count))
        parts.append(Part(task: wish.task, address: wish.address, pages: pages))
        used.set(pages, to: FilePart())
        left -= UInt64(pages.count)
      }
    }
    return parts
  }
}
