// kmap and kunmap: pages of high memory made reachable for the kernel.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let kmap = call(
    "kmap", [.init("page", .pointer)], layer: .kernel, source: "mm/highmem.c",
    summary: "Returns an address for the page of a struct page, in a window of 4 MiB if it is high memory.",
    details:
      "Each kmap needs a kunmap; a page that is mapped already keeps its address. Returns NULL when the "
      + "window is full, where a real kernel waits."
  ) { session, arguments in
    let page = try arguments.address(0)
    return try session.kernelCall("kmap") { session.kernelAddress(try session.machine.kmap(page)) }
  }

  static let kunmap = call(
    "kunmap", [.init("page", .pointer)], layer: .kernel, source: "mm/highmem.c",
    summary: "Ends a use of what kmap returned; takes the struct page."
  ) { session, arguments in
    let page = try arguments.address(0)
    return try session.kernelCall("kunmap") {
      try session.machine.kunmap(page)
      return .null
    }
  }
}
