// mount and umount: the file systems of control groups and in memory.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// util-linux's mount, for what can be mounted here.
  static let mount = ShellCommand(
    name: "mount", usage: "[-t cgroup2|tmpfs] [-o OPTIONS] none DIRECTORY", source: "mount(8)",
    summary: "Mounts a tmpfs, or sets the options of control groups; alone it lists what is mounted.",
    details:
      "Control groups are at /sys/fs/cgroup from the beginning; memory_recursiveprot and memory_localevents are the "
      + "options of cgroups(7), and a mount without them takes them back. A tmpfs has size=BYTES, half of RAM unless "
      + "told otherwise; /dev/shm is one.",
    style: .tryHelp,
    options: OptionTable(
      flags: "", valued: "to", long: [("types", "t"), ("options", "o")],
      notModelled: ["a", "B", "bind", "move", "n", "v", "r", "w"])
  ).entry { run in
    let options = try run.options()
    if options.operands.isEmpty, options.value("t") == nil { return run.print(run.mounts) }
    guard let type = options.value("t"), let place = options.operands.last, options.operands.count == 2 else {
      throw run.command.usageFailure("bad usage")
    }
    let flags = options.value("o")?.text.split(separator: ",").map { String($0) } ?? []
    switch type.text {
    case "cgroup2": try run.mountControlGroups(at: place, flags)
    case "tmpfs": try run.mountTemporary(at: place, flags)
    default:
      throw run.failure(
        "file systems of type '\(type.text)' are not modelled", kind: .notModelled("mount -t \(type.text)"),
        type,
        hint: "files can lie anywhere but under /proc, /sys and /dev")
    }
  }

  /// util-linux's umount, for a tmpfs.
  static let umount = ShellCommand(
    name: "umount", usage: "DIRECTORY", source: "umount(8)", summary: "Unmounts a tmpfs; its files are gone.",
    style: .tryHelp, options: OptionTable(flags: "", notModelled: ["a", "l", "f", "r", "t", "lazy", "force"])
  ).entry { run in
    let operands = try run.options().operands
    guard let place = operands.first, operands.count == 1 else { throw run.command.usageFailure("bad usage") }
    let path = run.absolute(place.text)
    if path == ControlGroupFiles.mountPoint {
      throw run.failure("control groups stay mounted", kind: .notModelled("umount of control groups"), place)
    }
    if case .failure = run.session.machine.unmountTemporary(at: path) {
      throw ShellFailure("umount: \(place.text): not mounted.", status: 32)
    }
  }
}

extension ShellRun {
  /// What is mounted, as mount lists it.
  fileprivate var mounts: String {
    let machine = session.machine
    var lines = ""
    if machine.hasControlGroups {
      let groups = machine.ledger.groups
      let flags =
        (groups.sharesProtection ? ",memory_recursiveprot" : "")
        + (groups.countsLocally ? ",memory_localevents" : "")
      lines += "none on \(ControlGroupFiles.mountPoint) type cgroup2 (rw,relatime\(flags))\n"
    }
    for mount in machine.files.mounts {
      let isLimited = mount.pageLimit < .max / 4096
      let size = isLimited ? ",size=\(mount.pageLimit * 4)k" : ""
      lines += "none on \(mount.path) type tmpfs (rw,relatime\(size))\n"
    }
    return lines
  }

  fileprivate func mountControlGroups(at place: ShellWord, _ flags: [String]) throws {
    guard session.machine.hasControlGroups else {
      throw ShellFailure("mount: \(place.text): unknown filesystem type 'cgroup2'.", status: 32)
    }
    guard absolute(place.text) == ControlGroupFiles.mountPoint else {
      throw failure(
        "control groups can be mounted at /sys/fs/cgroup only", kind: .notModelled("another mount point"),
        place)
    }
    let options = ["memory_recursiveprot", "memory_localevents", "nsdelegate"]
    if flags.contains(where: { !options.contains($0) && !Self.ordinaryFlags.contains($0) }) {
      throw badOption(place)
    }
    session.machine.mountControlGroups(
      sharesProtection: flags.contains(options[0]), countsLocally: flags.contains(options[1]))
  }

  fileprivate func mountTemporary(at place: ShellWord, _ flags: [String]) throws {
    let path = absolute(place.text)
    guard isDirectory(path) else {
      throw ShellFailure("mount: \(place.text): mount point does not exist.", status: 32)
    }
    var size: UInt64?
    for flag in flags where !Self.ordinaryFlags.contains(flag) {
      let parts = flag.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { throw badOption(place) }
      switch parts[0] {
      case "size":
        guard case .success(let pages) = LimitText.parse(String(parts[1]), unlimited: "") else {
          throw badOption(place)
        }
        size = UInt64(clamping: pages) * 4096
      case "mode", "nr_inodes", "uid", "gid": break
      default: throw badOption(place)
      }
    }
    session.machine.mountTemporary(at: path, size: size)
  }

  private static let ordinaryFlags: Set<String> = [
    "rw", "relatime", "noatime", "nosuid", "nodev", "noexec", "remount", "defaults",
  ]

  private func badOption(_ place: ShellWord) -> ShellFailure {
    ShellFailure(
      "mount: \(place.text): wrong fs type, bad option, bad superblock on none, missing codepage or helper program, "
        + "or other error.", status: 32)
  }
}

extension ShellRun {
  /// Makes the directory of a control group.
  ///
  /// - Returns: what is wrong; nil when it is made. A path outside has `ENOENT`.
  func makeControlGroup(at path: String) -> ErrorNumber? {
    let above = parent(of: path)
    let maker = session.shellProcess
    return session.inspectMachine { machine in
      guard let parent = ControlGroupFiles.group(at: above, on: machine) else { return .ENOENT }
      let made = machine.makeControlGroup(SimulatedPath.lastPart(path), below: parent, by: maker)
      guard case .failure(let error) = made else { return nil }
      return error
    }
  }

  /// Removes the directory of a control group; nil for a path that is none.
  func removeControlGroup(at path: String) -> Result<Void, ErrorNumber>? {
    session.inspectMachine { machine in
      ControlGroupFiles.group(at: path, on: machine).map { machine.removeControlGroup($0) }
    }
  }
}
