// vmalloc and ioremap: what the kernel maps page by page.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let vmalloc = call(
    "vmalloc", [.init("size", .integer)], layer: .kernel, source: "mm/vmalloc.c",
    summary: "Maps single pages from anywhere in RAM one behind the other in the vmalloc area.",
    details: "Returns NULL on failure."
  ) { session, arguments in
    session.kernelAddress(session.machine.vmalloc(try arguments.size(0)))
  }

  static let vfree = call(
    "vfree", [.init("addr", .pointer)], layer: .kernel, source: "mm/vmalloc.c",
    summary: "Unmaps and frees what vmalloc returned; vfree(NULL) does nothing."
  ) { session, arguments in
    let address = try arguments.address(0)
    return try session.kernelCall("vfree") {
      try session.machine.vfree(address)
      return .null
    }
  }

  static let ioremap = call(
    "ioremap", [.init("phys_addr", .integer), .init("size", .integer)], layer: .kernel,
    source: "arch/x86/mm/ioremap.c",
    summary: "Maps physical addresses of a device into the vmalloc area; RAM is refused.",
    details: "Returns NULL on failure."
  ) { session, arguments in
    let physical = try arguments.address(0)
    let size = try arguments.size(1)
    return try session.kernelCall("ioremap") {
      session.kernelAddress(try session.machine.ioremap(physical, size))
    }
  }

  static let iounmap = call(
    "iounmap", [.init("addr", .pointer)], layer: .kernel, source: "arch/x86/mm/ioremap.c",
    summary: "Removes a mapping of ioremap."
  ) { session, arguments in
    let address = try arguments.address(0)
    return try session.kernelCall("iounmap") {
      try session.machine.iounmap(address)
      return .null
    }
  }
}
