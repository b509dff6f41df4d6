// alloc_pages and its kin: whole pages from the buddy allocator.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let allocPages = call(
    "alloc_pages", [.init("gfp", .integer), .init("order", .integer, optional: true)], layer: .kernel,
    source: "mm/page_alloc.c",
    summary: "Takes a block of 2^order pages and returns its struct page; NULL when there is none."
  ) { session, arguments in
    let flags = try arguments.allocationFlags(0)
    return session.kernelAddress(session.machine.allocPages(flags, order: try arguments.order(1)))
  }

  static let getFreePages = call(
    "__get_free_pages", [.init("gfp", .integer), .init("order", .integer, optional: true)], layer: .kernel,
    source: "mm/page_alloc.c",
    summary: "Takes a block of 2^order pages of lowmem and returns its address; NULL when there is none."
  ) { session, arguments in
    let flags = try arguments.allocationFlags(0)
    return session.kernelAddress(session.machine.getFreePages(flags, order: try arguments.order(1)))
  }

  static let freePages = call(
    "free_pages", [.init("addr", .pointer), .init("order", .integer, optional: true)], layer: .kernel,
    source: "mm/page_alloc.c",
    summary: "Gives a block back; takes what __get_free_pages or alloc_pages returned."
  ) { session, arguments in
    let address = try arguments.address(0)
    let order = try arguments.order(1)
    return try session.kernelCall("free_pages") {
      if (try? session.machine.pageToPFN(address)) != nil {
        try session.machine.freePages(pageStruct: address, order: order)
      } else {
        try session.machine.freePages(at: address, order: order)
      }
      return .null
    }
  }

  static let virtToPhys = call(
    "virt_to_phys", [.init("address", .pointer)], layer: .kernel, source: "arch/x86/include/asm/io.h",
    summary: "Returns the physical address of an address in the kernel's linear map."
  ) { session, arguments in
    let address = try arguments.address(0)
    return try session.kernelCall("virt_to_phys") {
      .pointer(try session.machine.virtToPhys(address))
    }
  }

  static let pageToPFN = call(
    "page_to_pfn", [.init("page", .pointer)], layer: .kernel, source: "include/asm-generic/memory_model.h",
    summary: "Returns the frame number of a struct page that alloc_pages returned."
  ) { session, arguments in
    let page = try arguments.address(0)
    return try session.kernelCall("page_to_pfn") {
      .integer(Int64(try session.machine.pageToPFN(page)))
    }
  }
}
