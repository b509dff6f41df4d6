// The head of a dump of the kernel's stack.

extension Machine {
  /// What the kernel prints at the head of a dump of its stack, with the hardware.
  ///
  /// - Parameter process: in whose call; nil for the kernel's own worker.
  func stackDump(for process: ProcessID?) -> [String] {
    let asker = process ?? OOMRequest.worker.process
    var context = reportContext(for: asker)
    if process == nil { context.command = OOMRequest.worker.name }
    let user =
      configuration.kernel.wording.namesUser
      ? "UID: \(process.flatMap { processes[$0]?.userID } ?? 0) " : ""
    return [
      log.stackDumpHeading(context, user: user),
      "Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-debian-1.16.2-1 04/01/2014",
    ]
  }
}
