// What has happened to the kernel that makes its later messages less trustworthy.

/// The taint of a kernel (`tainted_mask`, kernel/panic.c; Documentation/admin-guide/tainted-kernels.rst).
package struct KernelTaint: OptionSet, Hashable, Sendable, Codable {
  /// The bits of `/proc/sys/kernel/tainted`.
  package let rawValue: UInt32

  /// Makes a taint of raw bits.
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `B`: a page or an object was found in a state that it must not have.
  package static let badPage = KernelTaint(rawValue: 1 << 5)
  /// `D`: the kernel died in a process and went on.
  package static let died = KernelTaint(rawValue: 1 << 7)
  /// `W`: a warning was printed.
  package static let warned = KernelTaint(rawValue: 1 << 9)

  /// What is printed for each bit that is set; `G` stands for the first one unset.
  private static let letters = Array("PFSRMBUDAWCIOELKXTN")

  /// The words in a stack dump's first line (`print_tainted`).
  package var text: String {
    guard !isEmpty else { return "Not tainted" }
    let marks = Self.letters.enumerated().map { bit, letter -> Character in
      if rawValue & 1 << UInt32(bit) != 0 { return letter }
      return bit == 0 ? "G" : " "
    }
    return "Tainted: " + String(marks)
  }
}
