// The memory of one process as the kernel sees it.

/// A process's address space: its mappings, page table and the counters over them (the kernel's
/// `mm_struct`). All counters are in pages.
public struct AddressSpace: Sendable, Equatable {
}
