// How results and mistakes of the kernel's allocators become values and warnings.

import LinuxMemory
import ScriptLanguage

extension CallArguments {
  /// GFP flags; `GFP_KERNEL` when left out.
  func allocationFlags(_ index: Int) throws -> GFPFlags {
    guard isPresent(index) else { return .GFP_KERNEL }
    guard let bits = UInt32(exactly: try integer(index)) else {
      throw ScriptError("GFP flags have 32 bits", argument: index)
    }
    return GFPFlags(rawValue: bits)
  }

  /// The order of a block of pages, 0 when left out. The allocator refuses every order above its largest, so
  /// that what does not fit a small number may stand for any of them.
  func order(_ index: Int) throws -> Int {
    guard isPresent(index) else { return 0 }
    let order = try integer(index)
    return (0...31).contains(order) ? Int(order) : 31
  }
}

extension Session {
  /// The address, or `NULL`; the trace tells why there is none.
  func kernelAddress(_ result: Result<UInt64, KernelAllocationFailure>) -> ScriptValue {
    switch result {
    case .success(let address): return ScriptValue.result(address)
    case .failure: return ScriptValue.result(0)
    }
  }

  /// Runs a call of which Linux would report misuse with a BUG or a warning; here it warns and has no effect.
  func kernelCall(_ name: String, _ body: () throws -> ScriptValue) throws -> ScriptValue {
    do {
      return try body()
    } catch let misuse as SlabMisuse {
      warn("\(name): \(misuse.text)")
    } catch let misuse as VmallocMisuse {
      warn("\(name): \(misuse.text)")
    } catch let misuse as PageMisuse {
      warn("\(name): \(misuse.text)")
    }
    return .null
  }
}
