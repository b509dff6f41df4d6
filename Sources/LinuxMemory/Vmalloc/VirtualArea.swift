// A mapped piece of the kernel's vmalloc area.

/// An area of kernel addresses (`struct vm_struct`, mm/vmalloc.c).
package struct VirtualArea: Sendable, Equatable, Codable {
  /// What an area maps.
  package enum Kind: String, Sendable, Codable {
    /// Pages taken one by one.
    case vmalloc
    /// Physical addresses outside RAM.
    case ioremap
    /// Pages that belong to somebody else.
    case vmap
  }

  /// The first address.
  package let start: UInt64
  /// Bytes including the guard page.
  package let size: UInt64
  /// Who asked, as `/proc/vmallocinfo` prints it: function, offset, size, module.
  package let caller: String
  /// What it maps.
  package let kind: Kind
  /// How many pages it owns.
  package var pages = 0
  /// The first physical address of an ioremap area.
  package var physical: UInt64?
  /// Whether the array of page pointers was itself too large for kmalloc (`vpages`).
  package var hasMappedArray = false
  /// The pages it owns, in order of their addresses.
  package var frames: [FrameRange] = []
  /// The address of the array of page pointers; 0 for device mappings and for areas from before the first
  /// script command.
  var pageArray: UInt64 = 0
  /// The address of its `struct vm_struct`, an object of kmalloc; 0 for areas from before the first script
  /// command.
  var descriptor: UInt64 = 0
  /// Whether a script may unmap it: it belongs to the script, not to the kernel itself.
  var isRemovable = false

  /// The address behind the guard page.
  package var end: UInt64 { start + size }
}
