// The state of a machine as somebody has read it: what a simulated one can be set to.

/// A machine at one moment, told from outside: ``Machine/init(restoring:)`` makes a machine in that state.
///
/// Amounts are pages of 4 KiB unless said otherwise. What is nil or empty is not known, and is as boot leaves it.
public struct MachineState: Sendable, Equatable {
  /// A swap area.
  public struct SwapArea: Sendable, Equatable {
    /// Its file or device.
    public var path: String
    /// Whether it is a device.
    public var isPartition: Bool
    /// How many pages it holds.
    public var pages: Int
    /// Its priority; negative for none that was asked for.
    public var priority: Int

    /// Describes an area.
    public init(path: String, isPartition: Bool, pages: Int, priority: Int) {
      self.path = path
      self.isPartition = isPartition
      self.pages = pages
      self.priority = priority
    }
  }

  /// A control group of version 2 with the memory controller.
  public struct Group: Sendable, Equatable {
    /// Its path below the mount point, such as `/system.slice/web.service`.
    public var path: String
    /// What stands in its files, by their names: `memory.max`, `memory.high`, `memory.oom.group` and their kin.
    public var settings: [Setting]

    /// Describes a group.
    public init(path: String, settings: [Setting]) {
      self.path = path
      self.settings = settings
    }
  }

  /// The text of a file with a setting.
  public struct Setting: Sendable, Equatable {
    /// The file's name.
    public var name: String
    /// What stands in it.
    public var value: String

    /// Describes a setting.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What the machine is built of; its swap is not used, ``swapAreas`` tells.
  public var configuration: MachineConfiguration
  /// How long the machine runs, in microseconds.
  public var uptime: UInt64?
  /// Settings of `/proc/sys/vm`.
  public var tunables: [Setting] = []
  /// The swap areas in the order in which they are used.
  public var swapAreas: [SwapArea] = []
  /// Pages that are in memory and have a place in swap too.
  public var swapCachedPages = 0
  /// The control groups, each before those below it.
  public var groups: [Group] = []
  /// The processes.
  public var processes: [ProcessState] = []
  /// Pages of files in memory, those of mappings included (Cached without Shmem).
  public var cachedPages: Int?
  /// Pages of block devices in memory (Buffers).
  public var devicePages: Int?
  /// Shared memory and files of tmpfs, those of mappings included (Shmem).
  public var sharedPages: Int?
  /// Pages of files on the active list.
  public var activeFilePages: Int?
  /// Anonymous and shared pages on the active list.
  public var activeAnonymousPages: Int?
  /// Pages of slab caches that can be reclaimed.
  public var reclaimableSlabPages: Int?
  /// Pages of the other slab caches.
  public var unreclaimableSlabPages: Int?
  /// Free pages (MemFree); what nothing else explains of the rest is held by the kernel.
  public var freePages: Int?

  /// Describes a machine as boot leaves it.
  public init(configuration: MachineConfiguration) { self.configuration = configuration }
}

extension MachineState {
  /// Whether all amounts can be summed: none is below 0, none above 2^42 pages.
  var hasPossibleAmounts: Bool {
    let own: [Int?] = [
      swapCachedPages, cachedPages, devicePages, sharedPages, activeFilePages, activeAnonymousPages,
      reclaimableSlabPages, unreclaimableSlabPages, freePages,
    ]
    let all =
      own.compactMap { $0 } + swapAreas.map(\.pages)
      + processes.flatMap { process in
        [process.peaks.virtual, process.peaks.resident]
          + process.mappings.flatMap {
            [$0.anonymous, $0.huge, $0.sharedAnonymous, $0.swapped, $0.sharedFile, $0.privateFile]
          }
      }
    return all.allSatisfy { (0...1 << 42).contains($0) } && (uptime ?? 0) < 1 << 62
  }
}

/// Why a machine cannot be set to a state.
public enum RestoringError: Error, Sendable, Equatable {
  /// No machine can have the configuration.
  case configuration(ConfigurationError)
  /// Two processes have the same number, or one has a number that no process can have.
  case processNumber(ProcessID)
  /// Mappings of a process overlap, are not whole pages, or lie outside user space.
  case mappings(ProcessID)
  /// Memory or swap ended while a process, or with nil the rest, was restored.
  case outOfMemory(ProcessID?)
  /// A group is named that there is not, or that can have no processes.
  case group(String)
  /// The state contradicts itself: the machine would break its own rules, the first of which is named.
  case inconsistent(String)
}
