// Traces of allocator calls as words, for tests of their readers.

import LinuxMemory

@testable import MemScript

extension AllocationTrace {
  /// Reads a log.
  init(log text: String) throws { try self.init(reading: SourceText(name: "log", text: text)) }

  /// The calls as text, with block numbers.
  var callTexts: [String] {
    operations.map { call in
      let block = call.slot.number
      switch call.kind {
      case .malloc: return "\(block)=malloc \(call.first)"
      case .calloc: return "\(block)=calloc \(call.first) \(call.second)"
      case .memalign: return "\(block)=memalign \(call.first) \(call.second)"
      case .realloc: return "\(call.other.number)=realloc \(block) \(call.first)"
      case .free: return "free \(block)"
      case .createThread: return "create \(call.first)"
      case .actAsThread: return "act \(call.first)"
      case .endThread: return "end \(call.first)"
      default: return "\(call.kind)"
      }
    }
  }
}
