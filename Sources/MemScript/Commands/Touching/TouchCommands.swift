// write and read: touching memory, page by page.

import LinuxMemory
import ScriptLanguage

extension CatalogueEntry {
  static let write = call(
    "write",
    [
      .init("p", .pointer), .init("length", .integer, optional: true),
      .init("byte", .integer, optional: true),
    ], layer: .touching,
    summary: "Writes to every page of length bytes from p on, in order; without a length, to the "
      + "whole block.",
    details: "A page is brought in by its first write. Where nothing is "
      + "mapped the process dies of SIGSEGV. A write past the end of a block, or into a freed one, is let pass "
      + "as Linux does, with a warning. With byte, all length bytes are stored, and destroy what malloc keeps there, as memset does."
  ) { session, arguments in
    guard arguments.isPresent(2) else { return try session.touch(.write, arguments) }
    try session.fill(
      try arguments.address(0), length: try arguments.size(1), byte: try arguments.integer(2), argument: 1)
    return .null
  }

  static let read = call(
    "read", [.init("p", .pointer), .init("length", .integer, optional: true)], layer: .touching,
    summary: "Reads from every page of length bytes from p on, in order; without a length, from the "
      + "whole block.",
    details: "Reading private memory that was never written maps "
      + "the shared "
      + "zero page, which takes no memory and does not count into RSS."
  ) { session, arguments in try session.touch(.read, arguments) }
}

extension Session {
  /// Carries out `write` or `read`.
  fileprivate func touch(_ kind: AccessKind, _ arguments: borrowing CallArguments) throws -> ScriptValue {
    let address = try arguments.address(0)
    let length: UInt64
    if arguments.isPresent(1) {
      length = try arguments.size(1)
      warnAboutOverrun(kind, address, length)
    } else {
      length = try wholeLength(at: address, kind)
    }
    try machine.access(address, length: length, kind, in: currentProcess)
    return .null
  }

  /// How many bytes are left of the block or mapping that `address` points into.
  private func wholeLength(at address: UInt64, _ kind: AccessKind) throws -> UInt64 {
    if let block = block(containing: address) {
      if address < block.address { warnAboutHeader(kind, address) }
      if !block.isLive { warn("\(addressText(address)) points into a freed block") }
      return (block.address &+ block.usableSize) - address
    }
    guard let mapping = machine.process(currentProcess)?.mapping(containing: address) else {
      // Linux would kill the process for the first byte; so does the access that follows.
      return 1
    }
    return mapping.end - address
  }

  /// Linux lets a write past a block pass while its page is mapped; the lesson must not.
  func warnAboutOverrun(_ kind: AccessKind, _ address: UInt64, _ length: UInt64) {
    guard length > 0 else { return }
    guard let block = block(containing: address), block.address <= address else {
      return warnAboutHeader(kind, address)
    }
    let verb = kind == .write ? "write" : "read"
    if !block.isLive {
      warn("use after free: \(verb) to the block at \(addressText(block.address)), which was freed")
    } else if length > (block.address &+ block.usableSize) - address {
      warn(
        "\(verb) of \(length) bytes at \(addressText(address)) goes \(length - ((block.address &+ block.usableSize) - address)) bytes past "
          + "the end of the block at \(addressText(block.address)) (\(block.usableSize) bytes)")
    }
  }

  /// A write that begins right behind a block changes what glibc keeps there of the next one.
  private func warnAboutHeader(_ kind: AccessKind, _ address: UInt64) {
    let word = UInt64(machine.configuration.profile.wordSize)
    // A block has room for a word at least, so the one that ends less than a word below holds the word before.
    guard kind == .write, address >= word, let block = block(containing: address - word), block.isLive else {
      return
    }
    let end = block.address &+ block.usableSize
    guard address >= end, address - end < word else { return }
    warn(
      "write at \(addressText(address)) lies \(address - end) bytes past the end of the block at "
        + "\(addressText(block.address)) (\(block.usableSize) bytes): it damages the header of the chunk at "
        + "\(addressText(end &- word)), whose size stands at \(addressText(end))")
  }

  private func block(containing address: UInt64) -> MallocAllocation? {
    let process = currentProcess
    return inspectMachine { $0.allocation(containing: address, in: process) }
  }

  /// Says a warning about the script.
  func warn(_ text: String) { output(.diagnostic, "warning: \(text)\n") }
}
