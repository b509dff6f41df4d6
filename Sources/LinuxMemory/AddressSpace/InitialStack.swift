// What the kernel puts on a new program's stack, and where.

/// The places of a program's arguments and of its first stack frame (`arg_start`, `env_start` and `start_stack` of
/// the kernel's `mm_struct`).
///
/// The environment of a simulated process is its own business: the kernel gave it none.
package struct InitialStack: Sendable, Equatable {
  /// Where the stack pointer stands when the program starts.
  package let start: UInt64
  /// The arguments, each with its closing NUL.
  package let arguments: Range<UInt64>
  /// The environment, which is empty.
  package var environment: Range<UInt64> { arguments.upperBound..<arguments.upperBound }

  /// Lays out a stack from the top down (`copy_string_kernel` in fs/exec.c, `create_elf_tables` in fs/binfmt_elf.c):
  /// a word of zeros, the program's path, its arguments, the platform's name, 16 random bytes, the auxiliary
  /// vector, the pointers to the arguments and their count.
  ///
  /// - Parameters:
  ///   - layout: where the stack is.
  ///   - programPath: the path of the program; the name in it is its only argument.
  init(layout: AddressSpaceLayout, programPath: String) {
    let isWide = layout.geometry == .fourLevels
    let word: UInt64 = isWide ? 8 : 4
    let name = programPath.utf8.split(separator: UInt8(ascii: "/")).last?.count ?? 0
    let end = layout.stackTop - word - UInt64(programPath.utf8.count + 1)
    arguments = end - UInt64(name + 1)..<end
    let platform = UInt64((isWide ? "x86_64" : "i686").utf8.count + 1)
    // 21 pairs and one for the entry of vsyscalls on i386.
    let auxiliary: UInt64 = (isWide ? 21 : 22) * 2 * word
    // The count, one argument, and a zero behind each of the two lists.
    let pointers = 4 * word
    let aligned = (arguments.lowerBound - layout.stackPointerShift) & ~15
    start = (aligned - platform - 16 - auxiliary - pointers) & ~15
  }
}

extension AddressSpace {
  /// What the kernel put on the stack when the program started.
  package var initialStack: InitialStack { InitialStack(layout: layout, programPath: programPath) }
}
