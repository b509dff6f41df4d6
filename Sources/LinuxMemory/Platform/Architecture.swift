// The processor architectures that can be simulated.

/// A processor architecture.
public enum Architecture: String, CaseIterable, Sendable, Codable {
  /// 64-bit x86 with four levels of page tables.
  case x8664 = "x86_64"
  /// 32-bit x86 without PAE: low and high memory, 3 GiB for user space.
  case i386

  /// The facts about it.
  package var profile: ArchitectureProfile { self == .x8664 ? .x8664 : .i386 }
}
