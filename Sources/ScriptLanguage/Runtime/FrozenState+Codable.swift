// Globals and functions in other formats. Functions are written as the texts from which they came, so that a file needs no
// trust and outlives the instruction set.

extension FrozenState: Codable {
  private enum CodingKeys: String, CodingKey {
    case globals, objects, functions, sources
  }

  /// A string, a list or a map as it is written; slots are pairs of tag and payload.
  private struct WrittenObject: Codable {
    var text: String?
    var list: [Int64]?
    var map: [Int64]?
  }

  /// A source text as it is written.
  private struct WrittenSource: Codable {
    var number: Int32
    var name: String
    var text: String
  }

  /// Writes the state.
  ///
  /// - Throws: `EncodingError` when a variable holds an object of the host's.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Self.written(globals), forKey: .globals)
    let written = try objects.map { object in
      switch object {
      case .string(let bytes): return WrittenObject(text: String(decoding: bytes, as: UTF8.self))
      case .list(let slots): return WrittenObject(list: Self.written(slots))
      case .map(let slots): return WrittenObject(map: Self.written(slots))
      case .opaque(let object):
        throw EncodingError.invalidValue(
          object,
          EncodingError.Context(
            codingPath: encoder.codingPath,
            debugDescription: "a variable holds an object of the host's, which cannot be saved"))
      }
    }
    try values.encode(written, forKey: .objects)
    let places = functions.map { function -> Int32? in
      switch function {
      case .code(let image): image.spans.first?.source
      case .text(let source): source
      case nil: nil
      }
    }
    try values.encode(places, forKey: .functions)
    let numbers = Set(places.compactMap { $0 }).sorted()
    try values.encode(
      numbers.map { number in
        WrittenSource(
          number: number, name: sources[number].name,
          text: String(decoding: sources[number].bytes, as: UTF8.self))
      }, forKey: .sources)
  }

  private static func written(_ slots: [Slot]) -> [Int64] {
    slots.flatMap { [Int64($0.tag.rawValue), $0.payload] }
  }

  /// Reads a state.
  ///
  /// - Throws: `DecodingError` for values that refer to what is not there.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let written = try values.decode([WrittenObject].self, forKey: .objects)
    let tags = written.map { $0.text != nil ? Tag.string : $0.list != nil ? .list : .map }
    func slots(_ numbers: [Int64]) throws -> [Slot] {
      var result: [Slot] = []
      for place in stride(from: 0, to: numbers.count - 1, by: 2) {
        guard let tag = UInt8(exactly: numbers[place]).flatMap(Tag.init), tag != .opaque else {
          throw Self.corrupted(decoder)
        }
        let slot = Slot(tag: tag, payload: numbers[place + 1])
        if slot.isObject {
          guard let index = Int(exactly: slot.payload), tags.indices.contains(index), tags[index] == tag
          else {
            throw Self.corrupted(decoder)
          }
        }
        result.append(slot)
      }
      return result
    }
    globals = try slots(try values.decode([Int64].self, forKey: .globals))
    objects = try written.map { object in
      if let text = object.text { return .string(Array(text.utf8)) }
      if let list = object.list { return .list(try slots(list)) }
      let entries = try slots(object.map ?? [])
      guard entries.count % 2 == 0,
        stride(from: 0, to: entries.count, by: 2).allSatisfy({
          [.integer, .string].contains(entries[$0].tag)
        })
      else { throw Self.corrupted(decoder) }
      return .map(entries)
    }
    let texts = try values.decode([WrittenSource].self, forKey: .sources)
    for source in texts.sorted(by: { $0.number < $1.number }) {
      guard source.number >= 0, source.number < 1 << 20 else { throw Self.corrupted(decoder) }
      sources.insert(SourceText(name: source.name, text: source.text), at: source.number)
    }
    let numbers = Set(texts.map(\.number))
    functions = try values.decode([Int32?].self, forKey: .functions).map { source in
      guard let source else { return nil }
      guard numbers.contains(source) else { throw Self.corrupted(decoder) }
      return .text(source: source)
    }
  }

  private static func corrupted(_ decoder: any Decoder) -> DecodingError {
    DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: decoder.codingPath, debugDescription: "the variables refer to what is not there"))
  }
}
