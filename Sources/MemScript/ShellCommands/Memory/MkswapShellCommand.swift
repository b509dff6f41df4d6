// mkswap: the signature of a swap area.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// util-linux's mkswap.
  static let mkswap = ShellCommand(
    name: "mkswap", usage: "[-L LABEL] [-U UUID] FILE", source: "mkswap(8)",
    summary: "Makes a file or the disk a swap area.",
    details: "The UUID is made from the path, so that every run prints the same one.",
    style: .tryHelp,
    options: OptionTable(
      flags: "f", valued: "LU", long: [("force", "f"), ("label", "L"), ("uuid", "U")],
      notModelled: ["c", "p", "v", "e", "check", "pagesize", "swapversion", "endianness", "lock", "verbose"])
  ).entry { run in
    let options = try run.options()
    guard let operand = options.operands.first else {
      throw ShellFailure("mkswap: error: Nowhere to set up swap on?")
    }
    guard options.operands.count == 1 else {
      throw ScriptError(notModelled: "a size for mkswap", argument: options.operands[1].index)
    }
    guard case .file(let file) = run.place(operand) else {
      throw ShellFailure("mkswap: cannot open \(operand.text): No such file or directory")
    }
    let pages = file.size / 4096
    guard pages >= 10 else {
      throw ShellFailure("mkswap: error: swap area needs to be at least 40 KiB")
    }
    run.warnOfPermissions(of: file, tool: "mkswap: ", advice: { "fix with: chmod \($0) \(operand.text)" })
    if file.kind == .regular, run.session.machine.files.blockPages(of: file.identifier) < pages {
      run.session.output(
        .standardError,
        "mkswap: \(operand.text) contains holes or other unsupported extents.\n"
          + "        This swap file can be rejected by kernel on swap activation!\n"
          + "        Use --verbose for more details.\n\n")
    }
    if case .failure(let error) = try run.session.machine.formatSwap(
      file.path, by: run.session.shellProcess)
    {
      throw ShellFailure(
        error == .EBUSY
          ? "mkswap: error: \(operand.text) is mounted; will not make swapspace"
          : "mkswap: \(operand.text): unable to write signature page: \(error.message)")
    }
    let bytes = (pages - 1) * 4096
    let short = SwaponText.sizeText(bytes, false)
    let label = options.value("L").map { "LABEL=\($0.text)" } ?? "no label"
    let uuid = options.value("U")?.text ?? SwapIdentifier.text(for: file.path)
    run.print(
      "Setting up swapspace version 1, size = \(short.dropLast()) \(short.suffix(1))iB (\(bytes) bytes)\n"
        + "\(label), UUID=\(uuid)\n")
  }
}

extension ShellRun {
  /// Warns of a swap file that others may read, as mkswap(8) and swapon(8) do.
  ///
  /// - Parameters:
  ///   - tool: what the line begins with.
  ///   - advice: the end of the line, given the permissions that would do.
  func warnOfPermissions(of file: SimulatedFile, tool: String, advice: (String) -> String) {
    let open: UInt16 = file.kind == .blockDevice ? 0o7007 : 0o7077
    guard file.mode & open != 0 else { return }
    session.output(
      .standardError,
      "\(tool)\(file.path): insecure permissions \(octal(file.mode)), \(advice(octal(~open & 0o666)))\n")
  }

  private func octal(_ mode: UInt16) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// The UUID of a swap area.
enum SwapIdentifier {
  /// A random-looking UUID (version 4) that depends on a path alone: FNV-1a hashes of it, mixed.
  static func text(for path: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let high = (hash & ~0xf000) | 0x4000
    let low = ((hash &* 0x9e37_79b9_7f4a_7c15) & ~(3 << 62)) | (1 << 63)
    let digits = hexadecimal(high) + hexadecimal(low)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(digit)
    }
    return text
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
