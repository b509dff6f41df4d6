// Reading a captured machine from a folder or an archive of the host.

import Glibc
import MemScript

/// Captures as `scripts/capture` and `memsh export` write them.
enum CaptureReader {
  /// How many bytes a capture may have: some thousand processes.
  private static let byteLimit = 1 << 30
  /// How deep folders may lie in each other.
  private static let depthLimit = 40

  /// Reads a folder, an archive of tar(1)'s, or one text with all files; where there is nothing, what is inside the binary.
  ///
  /// - Throws: `ScriptError` with what the host says against it.
  static func read(_ path: String) throws -> MachineCapture.Files {
    var files = MachineCapture.Files()
    do throws(HostFileError) {
      var status = stat()
      guard stat(path, &status) == 0 else {
        if path.split(separator: "/").last == "my-machine.txt",
          let example = MachineCapture.Files(bundle: PackageResources.my_machine_txt)
        {
          return example
        }
        throw HostFileError(path: path, reason: String(cString: strerror(errno)))
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        var left = byteLimit
        // A live /proc would end nowhere.
        guard stat(path + "/proc/self/fd", &status) != 0 else {
          throw HostFileError(
            path: path, reason: "is a running system: scripts/capture copies what is needed of it")
        }
        try readFolder(path, as: "", depth: 0, &left, into: &files)
      } else {
        let bytes = try ScriptFile.read(path, limit: byteLimit, mustBeRegular: true).bytes
        if let bundle = MachineCapture.Files(bundle: bytes) { return bundle }
        guard TarArchive.isOne(bytes) else {
          throw HostFileError(
            path: path,
            reason: "is no copy of a machine: a folder, or a .tar or .txt of scripts/capture, unpacked")
        }
        for member in TarArchive(bytes) { files.add(member.path, Array(member.content)) }
      }
    } catch {
      throw ScriptError("cannot read the captured machine: \(error.message)", argument: 0)
    }
    return files
  }

  private static func readFolder(
    _ folder: String, as name: String, depth: Int, _ left: inout Int, into files: inout MachineCapture.Files
  ) throws(HostFileError) {
    guard depth < depthLimit else { throw HostFileError(path: folder, reason: "lies too deep") }
    guard let directory = opendir(folder) else {
      throw HostFileError(path: folder, reason: String(cString: strerror(errno)))
    }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    closedir(directory)
    for entry in names.sorted() {
      let path = "\(folder)/\(entry)"
      var status = stat()
      // A link such as /proc/self would show a process twice.
      guard lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: try readFolder(path, as: "\(name)/\(entry)", depth: depth + 1, &left, into: &files)
      case S_IFREG:
        let bytes = try ScriptFile.read(path, limit: max(left, 1), mustBeRegular: true).bytes
        left -= bytes.count
        files.add("\(name)/\(entry)", bytes)
      default: continue
      }
    }
  }
}
