// How C results become values of the language.

import LinuxMemory
import ScriptLanguage

extension ScriptValue {
  /// The pointer that an allocator returned; 0 prints as `NULL`, where `.null` would be no result at all.
  static func result(_ address: UInt64) -> ScriptValue { .pointer(address) }
}

extension Session {
  /// A system call's result as C returns it: 0, or -1 with errno set.
  func completed<Success>(_ result: Result<Success, ErrorNumber>) -> ScriptValue {
    switch result {
    case .success: return .integer(0)
    case .failure(let errno): return failed(errno)
    }
  }

  /// A system call's address as C returns it, or -1 (`MAP_FAILED`) with errno set.
  func completedAddress(_ result: Result<UInt64, ErrorNumber>) -> ScriptValue {
    switch result {
    case .success(let address): return .pointer(address)
    case .failure(let errno): return failed(errno)
    }
  }

  /// Sets errno and returns -1.
  func failed(_ errno: ErrorNumber) -> ScriptValue {
    machine.setErrno(errno, of: currentProcess)
    return .integer(-1)
  }
}
