// Which variables hold pointers.

/// The pointers that a script's variables hold.
package struct HeldPointers: Sendable, Equatable {
  /// One of them.
  package struct Pointer: Sendable, Equatable {
    /// The variable, such as `p`, `list[3]` or `map.key`; empty for a variable of a function.
    package var name: String
    /// Where it points; never NULL.
    package var address: UInt64
  }

  /// Each pointer with its variable, in the order of the variables' names.
  package internal(set) var pointers: [Pointer] = []
  /// Whether these are all: false when there are too many to list.
  package internal(set) var isComplete = true
}

extension Interpreter {
  /// More pointers than these are not listed, nor more elements looked at.
  private static let mostPointers = 1 << 18
  /// Lists in lists are looked through so deep.
  private static let deepestList = 4

  /// The pointers in some globals, in lists and maps among them too, and in the variables of functions that run.
  func heldPointers(in globals: some Sequence<(name: String, slot: Int)>) -> HeldPointers {
    var held = HeldPointers()
    var looks = 0
    for (name, slot) in globals where hasGlobal(slot) { note(stack[slot], name, 0, &looks, &held) }
    for slot in globalCount..<max(activeTop, globalCount) where stack[slot].tag == .pointer {
      note(stack[slot], "", 0, &looks, &held)
    }
    return held
  }

  private func note(
    _ value: Slot, _ name: String, _ depth: Int, _ looks: inout Int, _ held: inout HeldPointers
  ) {
    looks += 1
    guard looks < Self.mostPointers else {
      held.isComplete = false
      return
    }
    switch value.tag {
    case .pointer:
      if value.bits != 0 { held.pointers.append(HeldPointers.Pointer(name: name, address: value.bits)) }
    case .list, .map:
      guard depth < Self.deepestList else {
        held.isComplete = false
        return
      }
      if value.tag == .list {
        for (index, element) in value.object.pointee.slotBuffer.enumerated()
        where element.tag == .pointer || element.isObject {
          note(element, "\(name)[\(index)]", depth + 1, &looks, &held)
        }
      } else {
        let entries = value.object.pointee.entries
        for place in stride(from: entries.startIndex, to: entries.endIndex - 1, by: 2)
        where entries[place + 1].tag == .pointer || entries[place + 1].isObject {
          note(entries[place + 1], "\(name)[...]", depth + 1, &looks, &held)
        }
      }
    default: break
    }
  }
}
