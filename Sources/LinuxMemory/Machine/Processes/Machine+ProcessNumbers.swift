// Which numbers processes get.

extension Machine {
  /// Writes `/proc/sys/kernel/ns_last_pid`: the next process gets the number behind it, if that is free
  /// (`pid_ns_ctl_handler`, kernel/pid_namespace.c).
  ///
  /// - Parameters:
  ///   - text: the number, from 0 to one below the limit.
  ///   - process: who writes.
  /// - Returns: `EPERM` for who may not, `EINVAL` for what is none.
  package mutating func setLastProcessNumber(
    _ text: String, by process: ProcessID
  ) -> Result<Void, ErrorNumber> {
    guard processes[process]?.isPrivileged ?? true else { return .failure(.EPERM) }
    guard let number = Self.number(text), (0..<processes.numberLimit).contains(number) else {
      return .failure(.EINVAL)
    }
    processes.lastNumber = number
    return .success(())
  }

  /// Writes `/proc/sys/kernel/pid_max` (kernel/pid.c).
  ///
  /// - Parameters:
  ///   - text: the highest number + 1: more than is kept for daemons, at most 4 Mi, with 32 bits 32 Ki.
  ///   - process: who writes.
  /// - Returns: `EACCES` for who may not, `EINVAL` for what is none.
  package mutating func setProcessNumberLimit(
    _ text: String, by process: ProcessID
  ) -> Result<Void, ErrorNumber> {
    guard processes[process]?.isPrivileged ?? true else { return .failure(.EACCES) }
    let most: Int32 = configuration.profile.isWide ? 4 << 20 : 32 << 10
    guard let number = Self.number(text), number > ProcessTable.lowestReusedNumber, number <= most else {
      return .failure(.EINVAL)
    }
    processes.numberLimit = number
    return .success(())
  }

  private static func number(_ text: String) -> Int32? {
    Int32(text.drop { $0 == " " || $0 == "\t" }.prefix { !$0.isWhitespace })
  }
}
