// What vmstat(8) takes from a machine.

import KernelText
import LinuxMemory

extension VmstatText.Numbers {
  /// Takes the numbers from a machine.
  init(of machine: Machine) {
    self.init(
      memory: MemoryInformation(of: machine), swappedIn: machine.reclaim.counters.swappedIn,
      swappedOut: machine.reclaim.counters.swappedOut, seconds: Int(clamping: machine.clock / 1_000_000))
  }
}
