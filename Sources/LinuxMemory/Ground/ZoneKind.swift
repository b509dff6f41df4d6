// The kinds of memory zones.

/// A kind of zone, ordered from the lowest addresses up (`enum zone_type`).
public enum ZoneKind: UInt8, CaseIterable, Comparable, Sendable, Codable {
  /// The first 16 MiB.
  case dma
  /// The first 4 GiB (64-bit only).
  case dma32
  /// Mapped into the kernel at all times.
  case normal
  /// Above the direct map (32-bit only).
  case highMem
  /// For movable pages only; always empty here.
  case movable
  /// Device memory; always empty here.
  case device

  /// Orders by address.
  public static func < (left: ZoneKind, right: ZoneKind) -> Bool { left.rawValue < right.rawValue }

  /// The name in `/proc/zoneinfo`.
  public var name: String {
    switch self {
    case .dma: return "DMA"
    case .dma32: return "DMA32"
    case .normal: return "Normal"
    case .highMem: return "HighMem"
    case .movable: return "Movable"
    case .device: return "Device"
    }
  }
}
