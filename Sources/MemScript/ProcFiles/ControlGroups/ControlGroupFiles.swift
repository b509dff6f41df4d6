// The directories and files under /sys/fs/cgroup.

import LinuxMemory

/// The file system of control groups.
enum ControlGroupFiles {
  /// Where it is mounted.
  static let mountPoint = "/sys/fs/cgroup"

  /// What lies at a path; nil for nothing, and for a path outside.
  static func node(at path: String, actor: ProcessID, on machine: Machine) -> ProcFileSystem.Node? {
    // A path is walked level by level.
    guard let parts = parts(of: path, on: machine), machine.work.spend(4 * parts.count) else { return nil }
    if machine.controlGroups.group(at: parts.joined(separator: "/")) != nil { return .directory }
    guard let name = parts.last, let file = ControlGroupFile(rawValue: String(name)),
      let id = machine.controlGroups.group(at: parts.dropLast().joined(separator: "/")),
      exists(file, in: id, on: machine)
    else { return nil }
    return .file(procFile(file, of: id), ProcFileTarget(actor: actor))
  }

  /// The group whose directory a path is.
  static func group(at path: String, on machine: Machine) -> ControlGroupID? {
    guard let parts = parts(of: path, on: machine), machine.work.spend(4 * parts.count) else { return nil }
    return machine.controlGroups.group(at: parts.joined(separator: "/"))
  }

  /// The names in a directory of the file system; nil for what is none.
  static func entries(of path: String, on machine: Machine) -> [String]? {
    guard let id = group(at: path, on: machine) else { return nil }
    let files = ControlGroupFile.allCases.filter { exists($0, in: id, on: machine) }.map(\.rawValue)
    return files + machine.controlGroups[id].children.map { machine.controlGroups[$0].name }
  }

  /// Whether a path is the mount point or lies below it.
  static func hold(_ path: String, on machine: Machine) -> Bool {
    guard machine.hasControlGroups, path.hasPrefix(mountPoint) else { return false }
    return path.utf8.dropFirst(mountPoint.utf8.count).first ?? UInt8(ascii: "/") == UInt8(ascii: "/")
  }

  /// The parts of a path below the mount point; nil for a path outside.
  private static func parts(of path: String, on machine: Machine) -> [Substring]? {
    guard hold(path, on: machine) else { return nil }
    return path.dropFirst(mountPoint.count).split(separator: "/")
  }

  private static func exists(_ file: ControlGroupFile, in id: ControlGroupID, on machine: Machine) -> Bool {
    file.exists(isRoot: id == .root, hasMemory: machine.controlGroups[id].hasMemory)
  }

  private static func procFile(_ file: ControlGroupFile, of id: ControlGroupID) -> ProcFile {
    let read: ProcFile.Reader = { machine, _ throws(ErrorNumber) in
      // Root may open what has no such permission; then there is nothing that reads or writes it.
      if !file.isReadable { throw .EINVAL }
      if file.isNotModelled { throw .EOPNOTSUPP }
      return machine.read(file, of: id)
    }
    let write: ProcFile.Writer = { machine, target, text throws(ErrorNumber) in
      if !file.isWritable { throw .EINVAL }
      if file.isNotModelled { throw .EOPNOTSUPP }
      if case .failure(let error) = machine.write(text, to: file, of: id, by: target.actor) { throw error }
    }
    return ProcFile("\(mountPoint)/\(file.rawValue)", read: read, write: write)
  }
}
