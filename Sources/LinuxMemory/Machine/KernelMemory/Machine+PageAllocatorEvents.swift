// What the page allocator did for the kernel, handed to the machine's listener.

extension Machine {
  /// Takes a block for the kernel and tells the listener how it came about.
  mutating func takeBlock(order: Int, flags: GFPFlags, for owner: FrameOwner) -> FrameNumber? {
    let frame = observePageAllocator { machine in
      machine.allocateKernelPages(order: order, flags: flags, owner: owner)
    }
    if let frame { ledger.pin(frame, order: order) }
    return frame
  }

  /// Gives a block back and tells the listener with what it merged.
  mutating func releaseBlock(_ frame: FrameNumber, order: Int, of owner: FrameOwner) {
    ledger.pin(frame, order: order, false)
    observePageAllocator { machine in machine.ledger.give(frame, order: order, of: owner) }
  }

  /// Passes on what the page allocator does in the course of a call; costs nothing while nobody listens.
  private mutating func observePageAllocator<Value>(_ call: (inout Machine) -> Value) -> Value {
    guard events.isObserved else { return call(&self) }
    ledger.beginRecording()
    let value = call(&self)
    for event in ledger.endRecording() { record(.pageAllocator(event)) }
    return value
  }
}
