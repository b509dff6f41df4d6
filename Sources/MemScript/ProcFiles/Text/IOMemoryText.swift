// The format of /proc/iomem.

import LinuxMemory

/// How `/proc/iomem` prints the physical address space.
enum IOMemoryText {
  /// The line of one range with its newline, set in by its depth (kernel/resource.c).
  static func line(_ resource: PhysicalResource) -> String {
    String(repeating: " ", count: 2 * resource.depth)
      + "\(resource.start.hexadecimal(8))-\(resource.end.hexadecimal(8)) : \(resource.name)\n"
  }
}
