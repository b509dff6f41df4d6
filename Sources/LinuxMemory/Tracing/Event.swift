// What the machine tells a listener: one case for each subsystem.

/// Something that a layer of the machine did, in that layer's own terms.
///
/// Rendering an event as text is the listener's work.
public enum Event: Equatable, Sendable {
  /// A process changed its address space through a system call.
  case addressSpace(AddressSpaceEvent)
  /// Touching memory brought pages into a process.
  case fault(FaultEvent)
  /// A process started or ended.
  case process(ProcessEvent)
}
