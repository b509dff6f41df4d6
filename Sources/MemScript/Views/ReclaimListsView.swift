// Reclaim's lists as a value: what is old, what is in use, and what reclaim did so far.

import KernelText
import LinuxMemory

/// What `lru` shows; counts in pages.
public struct ReclaimListsView: Sendable, Equatable, Encodable {
  /// One list with its pages.
  public struct List: Sendable, Equatable, Encodable {
    /// Its name in `/proc/meminfo`, such as `Inactive(anon)`.
    public var name: String
    /// How many pages.
    public var pages: Int
    /// Whose pages they are, the largest first.
    public var owners: [Owner]
  }

  /// A process or file with its pages on a list.
  public struct Owner: Sendable, Equatable, Encodable {
    /// A process's name and number, or a file's path.
    public var name: String
    /// How many pages.
    public var pages: Int
  }

  /// The lists in the order in which reclaim prefers them.
  public var lists: [List]
  /// Pages that reclaim looked at, freed, wrote to swap and read from there since boot.
  public var scanned: Int, freed: Int, swappedOut: Int, swappedIn: Int
  /// Pages that came back soon after they had gone (`workingset_refault`).
  public var refaulted: Int
  /// `vm.swappiness`.
  public var swappiness: Int
  /// Free pages of swap, and all.
  public var swapFree: Int, swapTotal: Int

  /// Looks at a machine. It takes time by the number of processes, files, and runs of their pages.
  public init(of machine: Machine) {
    let kinds: [(PageListKind, String)] = [
      (.inactiveFile, "Inactive(file)"), (.activeFile, "Active(file)"),
      (.inactiveAnonymous, "Inactive(anon)"),
      (.activeAnonymous, "Active(anon)"), (.unevictable, "Unevictable"),
    ]
    lists = kinds.map { kind, name in
      List(name: name, pages: machine.pageLists.count(kind), owners: Self.owners(of: kind, machine))
    }
    let counters = machine.reclaim.counters
    scanned = counters.scannedByKswapd + counters.scannedDirectly
    freed = counters.stolenByKswapd + counters.stolenDirectly
    (swappedOut, swappedIn) = (counters.swappedOut, counters.swappedIn)
    refaulted = counters.refaultedAnonymous + counters.refaultedFile
    swappiness = machine.tunables.swappiness
    let memory = MemoryInformation(of: machine)
    (swapFree, swapTotal) = (memory.swapFree / 4, memory.swapTotal / 4)
  }

  private static func owners(of kind: PageListKind, _ machine: Machine) -> [Owner] {
    var owners: [Owner] = []
    func add(_ name: String, _ owner: PageOwner) {
      let pages = machine.pageLists.extents(of: owner, on: kind).reduce(0) { $0 + $1.count }
      if pages > 0 { owners.append(Owner(name: name, pages: pages)) }
    }
    if kind != .inactiveFile, kind != .activeFile {
      for process in machine.processes.live { add("\(process.name) (\(process.id))", .process(process.id)) }
    }
    if kind != .inactiveAnonymous, kind != .activeAnonymous {
      for file in machine.files.files { add(file.path, .file(file.identifier)) }
    }
    return owners.sorted { ($1.pages, $0.name) < ($0.pages, $1.name) }
  }

  /// The picture: a bar for each list, with its largest owners.
  public func text(_ style: ViewStyle = ViewStyle()) -> String {
    let size = { (pages: Int) in byteCountText(UInt64(max(pages, 0)) << 12) }
    let most = UInt64(max(lists.map(\.pages).max() ?? 1, 1))
    let cells = style.columns < 70 ? 12 : 24
    var text = ""
    for list in lists {
      let bar = style.bar([(UInt64(max(list.pages, 0)), .full)], of: most, cells: cells)
      let owners = list.owners.prefix(3).map { "\($0.name) \(size($0.pages))" }.joined(separator: ", ")
      let more = list.owners.count > 3 ? ", ..." : ""
      let words = owners.isEmpty ? "" : "  \(owners)\(more)"
      text += "\(list.name.alignedLeft(14)) \(bar) \(size(list.pages).alignedRight(9))"
      text +=
        style.columns < 70
        ? "\n\(words.isEmpty ? "" : TextWrap.lines("    " + owners + more, width: style.columns, hanging: 4))"
        : TextWrap.lines(words, width: style.columns - cells - 26, hanging: cells + 28)
    }
    text += TextWrap.lines(
      "reclaim so far: \(size(scanned)) looked at, \(size(freed)) freed; \(size(swappedOut)) written to swap, "
        + "\(size(swappedIn)) read back; \(size(refaulted)) wanted again soon after they had gone",
      width: style.columns, hanging: 4)
    text += TextWrap.lines(
      "vm.swappiness \(swappiness): \(Self.meaning(of: swappiness)); swap "
        + (swapTotal == 0 ? "is off" : "\(size(swapFree)) of \(size(swapTotal)) free"), width: style.columns,
      hanging: 4)
    return text
  }

  private static func meaning(of swappiness: Int) -> String {
    switch swappiness {
    case 0: "swap only when files are nearly gone"
    case 1..<100: "files are dropped before anonymous memory is swapped"
    case 100: "files and anonymous memory count alike"
    default: "anonymous memory is swapped before files are dropped"
    }
  }
}
