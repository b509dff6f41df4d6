// JSON: texts and numbers as they are written, and encodable values by their names.

import Foundation
import Testing

@testable import MemScript

@Suite("JSON") struct JSONValueTests {
  @Test(
    "texts read back as they were",
    arguments: [
      "", "a\"b\\c/", "line\nline\r\t", "\u{0}\u{1}\u{1F}\u{7F}", "ü 漢 🙂", "\u{2028}\u{2029}", "</script>",
    ])
  func strings(text: String) throws {
    let data = Data("[\(JSONValue.string(text).text)]".utf8)
    #expect(try JSONDecoder().decode([String].self, from: data) == [text])
    #expect(!JSONValue.string(text).text.contains("\n"))
  }

  @Test("numbers keep their digits")
  func numbers() {
    #expect(JSONValue.integer(.min).text == "-9223372036854775808")
    #expect(JSONValue.unsigned(.max).text == "18446744073709551615")
    #expect(JSONValue.double(1.5).text == "1.5" && JSONValue.double(.nan).text == "null")
    #expect(JSONValue(encoding: UInt64.max).text == "18446744073709551615")
  }

  private struct Inner: Encodable {
    var freePages = 3
    var names = ["a", "b"]
    var missing: Int?
  }
  private struct Outer: Encodable {
    var isDead = true
    var inner = [Inner(), Inner(freePages: 4, names: [], missing: 1)]
    var unit = MachineDifference.Unit.kibibytes
  }

  @Test("values are encoded by their properties, in order")
  func encoding() {
    #expect(
      JSONValue(encoding: Outer()).text
        == #"{"is_dead":true,"inner":[{"free_pages":3,"names":["a","b"]},{"free_pages":4,"names":[],"missing":1}],"unit":"kibibytes"}"#
    )
  }

  @Test("each step of a layer has a name and fields")
  func events() throws {
    let transcript = try Transcript(machine: "swap=64M")
    var records: [String] = []
    transcript.session.recordSink = { records.append($0.json.text) }
    _ = transcript.run("p = malloc 900M; write p; free p; kmalloc(10); write(16, 1)")
    #expect(records.contains { $0.contains(#""layer":"glibc","event":"mapped","fields":{"address":"#) })
    #expect(
      records.contains {
        $0.contains(#""layer":"reclaim","event":"swapped_out","fields":{"process":88,"pages":"#)
      })
    #expect(
      records.contains {
        $0.contains(#""layer":"slab","event":"served","fields":{"cache":"kmalloc-16","requested":10,"#)
      })
    #expect(
      records.contains {
        $0.contains(#""event":"refused","fields":{"process":88,"address":0,"signal":11,"permissions":null}"#)
      })
    for record in records {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(record.utf8)) }
    }
  }
}
