// The page lists against a list of single pages.

import Testing

@testable import LinuxMemory

@Suite("Page lists")
struct PageListsTests {
  /// Every page on its own, in the order of its list.
  struct Naive {
    struct Page: Hashable {
      var owner: PageOwner
      var number: UInt64
      var age = PageAge.fresh
    }
    var lists: [[Page]] = Array(repeating: [], count: PageListKind.allCases.count)

    mutating func remove(_ pages: Range<UInt64>, of owner: PageOwner) {
      for list in lists.indices { lists[list].removeAll { $0.owner == owner && pages.contains($0.number) } }
    }
    mutating func append(
      _ pages: Range<UInt64>, of owner: PageOwner, to kind: PageListKind, age: PageAge = .fresh
    ) {
      remove(pages, of: owner)
      lists[kind.rawValue] += pages.map { Page(owner: owner, number: $0, age: age) }
    }
    mutating func touch(_ pages: Range<UInt64>, of owner: PageOwner) {
      guard case .process = owner else { return }
      for list in lists.indices {
        for index in lists[list].indices
        where lists[list][index].owner == owner && pages.contains(lists[list][index].number)
          && [.kept, .demoted].contains(lists[list][index].age)
        {
          lists[list][index].age = .touched
        }
      }
    }
    mutating func move(_ pages: Range<UInt64>, of owner: PageOwner, from: PageListKind, to: PageListKind) {
      let moving = lists[from.rawValue].filter { $0.owner == owner && pages.contains($0.number) }
      for page in moving.sorted(by: { $0.number < $1.number }) {
        append(page.number..<page.number + 1, of: owner, to: to)
      }
    }
  }

  @Test("against a naive model", arguments: [11, 12, 13, 14, 15, 16] as [UInt64])
  func model(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var lists = PageLists()
    var naive = Naive()
    let owners: [PageOwner] = [.process(ProcessID(1)), .process(ProcessID(2)), .file(FileIdentifier(1))]
    for step in 0..<1500 {
      let owner = owners[Int.random(in: 0..<3, using: &random)]
      let start = UInt64.random(in: 0..<64, using: &random)
      let pages = start..<start + UInt64.random(in: 0...12, using: &random)
      let kind = PageListKind.allCases[Int.random(in: 0..<5, using: &random)]
      let other = PageListKind.allCases[Int.random(in: 0..<5, using: &random)]
      switch Int.random(in: 0..<7, using: &random) {
      case 0, 1, 2:
        let age = PageAge(rawValue: UInt8.random(in: 0..<4, using: &random)) ?? .fresh
        lists.append(pages, of: owner, to: kind, age: age)
        naive.append(pages, of: owner, to: kind, age: age)
      case 5:
        lists.noteTouch(pages, of: owner)
        naive.touch(pages, of: owner)
      case 3:
        lists.remove(pages, of: owner)
        naive.remove(pages, of: owner)
      case 4:
        lists.move(pages, of: owner, from: kind, to: other)
        naive.move(pages, of: owner, from: kind, to: other)
      default:
        if Int.random(in: 0..<20, using: &random) == 0 {
          lists.removeAll(of: owner)
          naive.remove(0..<1000, of: owner)
        }
      }
      for kind in PageListKind.allCases {
        let expected = naive.lists[kind.rawValue]
        #expect(lists.count(kind) == expected.count, "seed \(seed) step \(step)")
        let oldest = lists.oldest(kind, limit: 5)
        #expect((oldest == nil) == expected.isEmpty, "seed \(seed) step \(step)")
        if let oldest {
          let got = oldest.pages.map { Naive.Page(owner: oldest.owner, number: $0, age: oldest.age) }
          #expect(got == Array(expected.prefix(got.count)), "seed \(seed) step \(step)")
          #expect((1...5).contains(got.count))
        }
      }
    }
  }

  @Test("pages touched in order are one extent")
  func oneExtent() throws {
    var lists = PageLists()
    let owner = PageOwner.process(ProcessID(7))
    for megabyte in 0..<2000 as Range<UInt64> {
      lists.append(megabyte * 256..<(megabyte + 1) * 256, of: owner, to: .inactiveAnonymous)
    }
    let oldest = lists.oldest(.inactiveAnonymous, limit: .max)
    #expect(oldest?.pages == 0..<512_000)
    #expect(lists.extents(of: owner, on: .inactiveAnonymous) == [0..<512_000])
  }

  @Test("coming and going does not let the queue grow")
  func bounded() {
    var lists = PageLists()
    let owner = PageOwner.process(ProcessID(7))
    lists.append(1000..<1001, of: owner, to: .inactiveAnonymous)
    for round in 0..<20_000 as Range<UInt64> {
      let page = round % 2 * 10
      lists.append(page..<page + 1, of: owner, to: .inactiveAnonymous)
      lists.remove(page..<page + 1, of: owner)
    }
    #expect(lists.count(.inactiveAnonymous) == 1)
    let oldest = lists.oldest(.inactiveAnonymous, limit: 10)
    #expect(oldest?.pages == 1000..<1001)
  }
}
