// rand(3) and srand(3) of a process.

extension Machine {
  /// The next number of a process's `rand`, 0…2^31 − 1; 0 for no such process.
  public mutating func rand(in process: ProcessID) -> UInt32 {
    guard let task = processes.living(process) else { return 0 }
    var numbers = processes[task].randomNumbers ?? RandomNumbers()
    let number = numbers.number()
    processes[task].randomNumbers = numbers
    return number
  }

  /// Begins the sequence of another seed.
  public mutating func srand(_ seed: UInt32, in process: ProcessID) {
    guard let task = processes.living(process) else { return }
    processes[task].randomNumbers = RandomNumbers(seed: seed)
  }
}
