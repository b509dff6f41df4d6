// A model of a few processes' memory that keeps every page by itself, to judge the extents by.

@testable import LinuxMemory

/// Memory behind pages, with how many page-table entries point to it.
final class MemoryModel {
  var users = 1
}

/// One mapped page.
struct PageModel {
  enum State {
    case empty
    case zero
    case own(MemoryModel)
  }

  var permissions: MemoryPermissions
  var state = State.empty
  var isWritable = false

  /// Lets go of the memory behind the page.
  mutating func clear() {
    if case .own(let memory) = state { memory.users -= 1 }
    state = .empty
    isWritable = false
  }
}

/// One process: its pages by number within the window, and the faults it took.
struct ProcessModel {
  var pages: [Int: PageModel] = [:]
  var minorFaults = 0

  mutating func map(_ range: Range<Int>, _ permissions: MemoryPermissions) {
    for page in range {
      pages[page]?.clear()
      pages[page] = PageModel(permissions: permissions)
    }
  }

  mutating func unmap(_ range: Range<Int>) {
    for page in range {
      pages[page]?.clear()
      pages[page] = nil
    }
  }

  /// Changes permissions up to the first hole; false when there is one.
  mutating func protect(_ range: Range<Int>, _ permissions: MemoryPermissions) -> Bool {
    for page in range {
      if pages[page] == nil { return false }
      pages[page]?.permissions = permissions
    }
    return true
  }

  /// Empties pages, also behind holes; false when there is one.
  mutating func discard(_ range: Range<Int>) -> Bool {
    var isComplete = true
    for page in range {
      if pages[page] == nil { isComplete = false }
      pages[page]?.clear()
    }
    return isComplete
  }

  func mayAccess(_ range: Range<Int>, _ kind: AccessKind) -> Bool {
    range.allSatisfy { page in
      guard let permissions = pages[page]?.permissions else { return false }
      return kind == .write ? permissions.contains(.write) : !permissions.isEmpty
    }
  }

  mutating func access(_ range: Range<Int>, _ kind: AccessKind) {
    for number in range {
      guard var page = pages[number] else { continue }
      switch (page.state, kind) {
      case (.empty, .read):
        page.state = .zero
        minorFaults += 1
      case (.empty, .write), (.zero, .write):
        page.state = .own(MemoryModel())
        page.isWritable = true
        minorFaults += 1
      case (.own(let memory), .write) where !page.isWritable:
        if memory.users > 1 {
          memory.users -= 1
          page.state = .own(MemoryModel())
        }
        page.isWritable = true
        minorFaults += 1
      case (.zero, .read), (.own, _): break
      }
      pages[number] = page
    }
  }

  /// A child that shares all memory; both lose the right to write without a fault.
  mutating func fork() -> ProcessModel {
    for (number, page) in pages {
      guard case .own(let memory) = page.state else { continue }
      memory.users += 1
      pages[number]?.isWritable = false
    }
    return ProcessModel(pages: pages)
  }

  mutating func move(_ source: Range<Int>, to target: Int) {
    let moved = source.map { pages[$0] }
    for page in source { pages[page] = nil }
    unmap(target..<target + source.count)
    for (offset, page) in moved.enumerated() { pages[target + offset] = page }
  }
}
