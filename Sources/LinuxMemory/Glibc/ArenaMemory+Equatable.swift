// When two simulated memories hold the same words.

extension ArenaMemory: Equatable {
  /// Compares the words; which pages were seen present does not count, the kernel knows that.
  static func == (left: ArenaMemory, right: ArenaMemory) -> Bool {
    left.base == right.base && left.holdsSameLinks(as: right) && left.holdsSamePages(as: right)
  }
}

extension PageLeaf {
  /// Whether two leaves hold the same words.
  func holdsSameWords(as other: PageLeaf) -> Bool {
    self === other
      || (0..<Self.pageCount).allSatisfy { index in
        switch (slots[index].page, other.slots[index].page) {
        case (nil, nil): true
        case (let left?, let right?): left === right || left.holdsSameWords(as: right)
        case (let page?, nil), (nil, let page?): page.isZero
        }
      }
  }
}
