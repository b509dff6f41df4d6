// slab: a cache's slabs, drawn.

import LinuxMemory
import ScriptLanguage

extension ShellCommands {
  /// The drawing of a slab cache; Linux has no such command.
  static let slab = ShellCommand(
    name: "slab", usage: "[-a] [--json] [NAME]", source: "mm/slub.c",
    summary:
      "Draws the slabs of a cache: their pages, the objects in use, the free lists; all caches without a name.",
    details:
      "NAME is a cache of /proc/slabinfo or a link in /sys/kernel/slab. The slabs come in the order in which "
      + "objects are taken from them: the CPU's own, the CPU's partial ones, the node's partial ones. -a draws "
      + "all of them, also the full ones, where otherwise many are folded into a line. Full slabs from before "
      + "the first command are only counted.",
    style: .tryHelp, options: OptionTable(flags: "aj", long: [("all", "a"), ("json", "j")])
  ).entry { run in
    let options = try run.options()
    if options.operands.isEmpty {
      let view = SlabView(of: run.session.machine)
      return run.show(view, as: options) { view.text($0, limit: options.has("a") ? .max : 12) }
    }
    guard options.operands.count == 1, let name = options.operands.first?.text else {
      throw run.command.usageFailure("one cache is needed")
    }
    let slab = run.session.machine.slab
    guard let id = slab.cacheID(named: name), let cache = slab.cache(id) else {
      let known = slab.cachesNewestFirst.flatMap(\.names).sorted()
      let hint = Suggestion.didYouMean(name, among: [known]).map { "; \($0.hint)" } ?? ""
      throw ShellFailure("slab: no cache '\(name)'\(hint)")
    }
    if name != cache.name { run.print("\(name) shares the slabs of \(cache.name)\n") }
    run.print(SlabDrawing(cache, slab.slabs(of: id), showsAll: options.has("a")).text)
  }
}
