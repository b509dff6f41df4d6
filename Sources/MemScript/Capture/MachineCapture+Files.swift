// The files of a captured machine, wherever they come from.

import KernelText

extension MachineCapture {
  /// Copies of `/proc` and `/sys` by their paths on the machine from which they come.
  public struct Files: Sendable, Equatable {
    private var files: [String: [UInt8]] = [:]
    private var names: [String: Set<String>] = [:]

    /// Makes a tree without files.
    public init() {}

    /// Reads files that stand behind each other in one text, each below a line `==> PATH <==`, as tail(1) prints them.
    ///
    /// - Parameter text: the text; nil is the answer to one that does not begin so.
    public init?(bundle text: [UInt8]) {
      let head = Array("==> ".utf8)
      let tail = Array(" <==".utf8)
      guard text.starts(with: head) else { return nil }
      var path: String?
      var content: [UInt8] = []
      for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        if line.starts(with: head), line.count > 8, line.suffix(4).elementsEqual(tail) {
          // An empty line sets each but the first apart.
          if let path { add(path, content.last == UInt8(ascii: "\n") ? content.dropLast() : content) }
          let name = String(decoding: line.dropFirst(4).dropLast(4), as: UTF8.self)
          path = name.hasPrefix("/") ? name : "/" + name
          content = []
        } else {
          content += line + [UInt8(ascii: "\n")]
        }
      }
      if let path { add(path, content.last == UInt8(ascii: "\n") ? content.dropLast() : content) }
    }

    /// Adds a file.
    ///
    /// - Parameters:
    ///   - path: its path on the captured machine, such as `/proc/meminfo`.
    ///   - bytes: what it held.
    public mutating func add(_ path: String, _ bytes: [UInt8]) {
      files[path] = bytes
      var child = Substring(path)
      while let slash = child.lastIndex(of: "/") {
        let directory = child[..<slash]
        names[String(directory), default: []].insert(String(child[child.index(after: slash)...]))
        child = directory
      }
    }

    /// The bytes of all files.
    public var byteCount: Int { files.values.reduce(0) { $0 + $1.count } }

    /// The text of a file, with U+FFFD for what is no UTF-8; nil where there is none.
    func text(_ path: String) -> String? { files[path].map { String(decoding: $0, as: UTF8.self) } }

    /// The first line of a file without spaces around it.
    func line(_ path: String) -> String? {
      text(path).map { text in
        let line = text.prefix { $0 != "\n" }.drop { $0 == " " }
        return String(line.reversed().drop { $0 == " " }.reversed())
      }
    }

    /// A file as a value of its format; nil where there is none, or it is of another form.
    func read<File: KernelFormat>(_ path: String, as type: File.Type) -> File? {
      text(path).flatMap(type.init(parsing:))
    }

    /// The names of what lies in a directory, sorted.
    func entries(of directory: String) -> [String] { names[directory, default: []].sorted() }

    /// The numbers of the processes whose status was captured, ascending.
    var processNumbers: [Int32] {
      entries(of: "/proc").compactMap { Int32($0) }.filter { files["/proc/\($0)/status"] != nil }.sorted()
    }
  }
}
