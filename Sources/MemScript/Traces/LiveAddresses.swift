// Which block an address of an allocation log stands for, while it is live.

import LinuxMemory

/// The blocks that a logged program holds, by the addresses in the log. Slots of freed blocks are used again,
/// so that a long log needs no more of them than the program had blocks at once.
struct LiveAddresses {
  private var slots: [UInt64: BlockSlot] = [:]
  private var unused: [BlockSlot] = []

  /// A call that made a block at an address, NULL when it failed.
  ///
  /// - Parameter operation: Makes the call for a slot.
  mutating func allocate(
    at address: UInt64, in trace: inout AllocationTrace, line: Int,
    _ operation: (BlockSlot) -> AllocationOperation
  ) {
    guard address != 0 else {
      // Should it succeed here, then the program gives it back at once: it never got it.
      let slot = takeSlot(&trace)
      trace.append(operation(slot), line: line)
      trace.append(AllocationOperation(.free, slot), line: line)
      unused.append(slot)
      return
    }
    freeMissed(address, in: &trace, line: line)
    let slot = takeSlot(&trace)
    slots[address] = slot
    trace.append(operation(slot), line: line)
  }

  /// free(3).
  mutating func free(_ address: UInt64, in trace: inout AllocationTrace, line: Int) {
    guard address != 0 else {
      trace.gaps.nullFrees += 1
      return
    }
    guard let slot = slots.removeValue(forKey: address) else {
      trace.gaps.unknownBlocks += 1
      return
    }
    trace.append(AllocationOperation(.free, slot), line: line)
    unused.append(slot)
  }

  /// realloc(3) of a block to `size` bytes, which are now at `address`, NULL when it failed.
  mutating func reallocate(
    _ old: UInt64, size: UInt64, to address: UInt64, in trace: inout AllocationTrace, line: Int
  ) {
    guard let slot = slots[old] else {
      if old != 0 { trace.gaps.unknownBlocks += 1 }
      return allocate(at: address, in: &trace, line: line) { AllocationOperation(.malloc, $0, size) }
    }
    if address != 0, address != old {
      freeMissed(address, in: &trace, line: line)
      slots[old] = nil
      slots[address] = slot
    }
    trace.append(AllocationOperation(.realloc, slot, other: slot, size), line: line)
  }

  /// An address that is handed out was free before, whether the log saw it or not.
  private mutating func freeMissed(_ address: UInt64, in trace: inout AllocationTrace, line: Int) {
    guard slots[address] != nil else { return }
    trace.gaps.missedFrees += 1
    free(address, in: &trace, line: line)
  }

  private mutating func takeSlot(_ trace: inout AllocationTrace) -> BlockSlot {
    unused.popLast() ?? trace.newSlot()
  }
}
