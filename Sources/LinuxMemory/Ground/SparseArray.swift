// An array most of whose elements never change.

/// Elements by number, all of one value until they are set: memory and time follow what was set, not the length.
struct SparseArray<Element: Sendable & Equatable>: Sendable {
  /// The elements of a page, as a power of two.
  private static var pageShift: Int { 12 }

  /// What was set; behind one reference, because zones are copied often.
  ///
  /// `@unchecked`: it is changed only by who has the only reference to it.
  private final class Storage: @unchecked Sendable {
    /// Where each page has its elements, or -1; as long as the highest one that was set asks for.
    var pages: [Int32]
    var elements: [Element]

    init(pages: [Int32] = [], elements: [Element] = []) {
      self.pages = pages
      self.elements = elements
    }
  }

  let count: Int
  private let preset: Element
  private var storage = Storage()

  private var pages: [Int32] { storage.pages }
  private var elements: [Element] { storage.elements }

  /// Makes an array.
  ///
  /// - Parameters:
  ///   - preset: what every element is at first.
  ///   - count: how many there are.
  init(repeating preset: Element, count: Int) {
    self.preset = preset
    self.count = count
  }

  /// How many bytes the elements take that were set, with those beside them.
  var stateByteCount: Int { pages.count * 4 + elements.count * MemoryLayout<Element>.stride }

  /// The element at an index, which must be below `count`.
  subscript(index: Int) -> Element {
    @inline(__always)
    get {
      let page = index &>> Self.pageShift
      guard page < storage.pages.count else { return preset }
      let place = Int(storage.pages[page])
      return place < 0
        ? preset : storage.elements[place &<< Self.pageShift | index & ((1 << Self.pageShift) - 1)]
    }
    @inline(__always)
    set {
      let page = index &>> Self.pageShift
      let isMissing = page >= storage.pages.count || storage.pages[page] < 0
      if isMissing, newValue == preset { return }
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(pages: pages, elements: elements) }
      if isMissing { makePage(page) }
      storage.elements[Int(storage.pages[page]) &<< Self.pageShift | index & ((1 << Self.pageShift) - 1)] =
        newValue
    }
  }

  /// The indexes near which something was set, in ascending ranges: elements elsewhere have the first value.
  var setRanges: [Range<Int>] {
    pages.indices.filter { pages[$0] >= 0 }.map {
      $0 << Self.pageShift..<Swift.min(($0 + 1) << Self.pageShift, count)
    }
  }

  private mutating func makePage(_ page: Int) {
    let missing = page + 1 - storage.pages.count
    if missing > 0 { storage.pages.append(contentsOf: repeatElement(-1, count: missing)) }
    storage.pages[page] = Int32(truncatingIfNeeded: storage.elements.count >> Self.pageShift)
    storage.elements.append(contentsOf: repeatElement(preset, count: 1 << Self.pageShift))
  }

  /// How many elements have a value.
  func count(of value: Element) -> Int {
    var others = 0
    var equals = 0
    for (number, page) in pages.enumerated() where page >= 0 {
      let length = Swift.min(count - number << Self.pageShift, 1 << Self.pageShift)
      let first = Int(page) << Self.pageShift
      for element in elements[first..<first + length] {
        if element == value { equals += 1 } else { others += 1 }
      }
    }
    return value == preset ? count - others : equals
  }
}

extension SparseArray: RandomAccessCollection, MutableCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }
}

extension SparseArray: Equatable {
  static func == (left: SparseArray, right: SparseArray) -> Bool {
    if left.storage === right.storage, left.count == right.count { return true }
    guard left.count == right.count, left.preset == right.preset else { return false }
    return (0..<Swift.max(left.pages.count, right.pages.count)).allSatisfy { page in
      let first = page << pageShift
      let isUnset = { (array: SparseArray) in page >= array.pages.count || array.pages[page] < 0 }
      if isUnset(left), isUnset(right) { return true }
      return (first..<Swift.min(first + 1 << pageShift, left.count)).allSatisfy { left[$0] == right[$0] }
    }
  }
}

extension SparseArray: Codable where Element: Codable {
  private enum CodingKeys: String, CodingKey {
    case preset, count, pages, elements
  }

  /// Reads an array.
  ///
  /// - Throws: `DecodingError` for pages that there cannot be.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      repeating: try values.decode(Element.self, forKey: .preset),
      count: try values.decode(Int.self, forKey: .count))
    let pages = try values.decode([Int32].self, forKey: .pages)
    let elements = try values.decode([Element].self, forKey: .elements)
    let pageCount = elements.count >> Self.pageShift
    guard count >= 0, elements.count == pageCount << Self.pageShift,
      pages.count <= (count + (1 << Self.pageShift) - 1) >> Self.pageShift,
      pages.filter({ $0 >= 0 }).sorted() == Array(0..<Int32(clamping: pageCount))
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .pages, in: values, debugDescription: "an array has pages that there cannot be")
    }
    storage = Storage(pages: pages, elements: elements)
  }

  /// Writes the pages in which something was set.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(preset, forKey: .preset)
    try values.encode(count, forKey: .count)
    try values.encode(pages, forKey: .pages)
    try values.encode(elements, forKey: .elements)
  }
}
