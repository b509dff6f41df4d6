// What the page allocator did for the kernel, handed to the machine's listener.

extension Machine {
  /// Takes a block for the kernel and tells the listener how it came about.
  mutating func takeBlock(order: Int, flags: GFPFlags) -> FrameNumber? {
    let frame = observePageAllocator { machine in machine.allocateKernelPages(order: order, flags: flags) }
    if let frame { pageAllocator.pin(frame, order: order) }
    return frame
  }

  /// Gives a block back and tells the listener with what it merged.
  mutating func releaseBlock(_ frame: FrameNumber, order: Int) {
    pageAllocator.pin(frame, order: order, false)
    observePageAllocator { machine in machine.pageAllocator.free(frame, order: order) }
  }

  /// Passes on what the page allocator does in the course of a call; costs nothing while nobody listens.
  private mutating func observePageAllocator<Value>(_ call: (inout Machine) -> Value) -> Value {
    guard events.isEnabled else { return call(&self) }
    pageAllocator.recordsEvents = true
    let value = call(&self)
    for event in pageAllocator.drainEvents() { events.record(.pageAllocator(event)) }
    pageAllocator.recordsEvents = false
    return value
  }
}
