// An explanation as JSON.

import KernelText

extension ReportExplanation {
  /// The explanation as one object.
  ///
  /// What the report does not tell is null. Counts are pages, of `page_size` bytes each, unless a name says otherwise.
  public var json: JSONValue {
    let process = report.processor
    var members: [JSONValue.Member] = [
      .init("kind", .string(kind.rawValue)),
      .init("kernel", process?.release.json ?? .null),
      .init("time", report.time.json),
      .init(
        "lines", .array([.integer(Int64(report.lines.lowerBound)), .integer(Int64(report.lines.upperBound))])),
      .init("order", report.request?.order.json ?? .null),
      .init("gfp_mask", (report.request?.flags.map { "0x" + String($0, radix: 16) }).json),
      .init("asker", Self.person(askerName, process?.task)),
      .init("victim", Self.person(victimName, victim)),
      .init(
        "score", .object([.init("printed", printedScore.json), .init("recomputed", recomputedScore.json)])),
      .init("agrees", agrees.map { .boolean($0) } ?? .null),
      .init("ranking", .array(ranking.prefix(5).map(\.json))),
      .init("total_pages", totalPages.json),
      .init("page_size", .integer(Int64(facts.pageSize) << 10)),
      .init("cause", .string(cause.rawValue)),
      .init("why", .string(why)),
      .init("rescue", .array(rescue.map { .string($0) })),
      .init("unknown", .array(unknown.map { .string($0) })),
      .init("held", .object(facts.shares.map { .init($0.name, .integer(Int64($0.pages))) })),
    ]
    if let owners = report.tasks?.groupsByName.prefix(5), !owners.isEmpty {
      members.append(
        .init(
          "owners",
          .array(
            owners.map {
              .object([
                .init("name", .string($0.name)), .init("count", .integer(Int64($0.count))),
                .init("pages", .integer(Int64($0.pages))),
              ])
            })))
    }
    if !report.zones.isEmpty {
      members.append(
        .init(
          "zones",
          .array(
            report.zones.map { zone in
              .object(
                [.init("node", .integer(Int64(zone.node))), .init("name", .string(zone.name))]
                  + ["free", "min", "low", "high", "present", "managed"].compactMap { name in
                    zone.sizes[name].map { .init(name + "_kb", .integer(Int64($0))) }
                  })
            })))
    }
    members.append(
      .init(
        "swap", .object([.init("total_kb", report.totalSwap.json), .init("free_kb", report.freeSwap.json)])))
    if kind == .memcg {
      let memory = report.limit(.memory)
      members.append(
        .init(
          "group",
          .object(
            [
              .init("path", (report.verdict?.limitGroup ?? report.shortGroup ?? report.groupPath).json),
              .init("usage_kb", (memory?.usage).json),
              .init("limit_kb", (memory?.limit).flatMap { $0 < .max ? $0 : nil }.json),
              .init(
                "statistics",
                .object(report.groupStatistics.map { .init($0.name, .integer(Int64($0.value))) })),
            ])))
    }
    if report.killedGroup != nil {
      members.append(.init("also_killed", .array(alsoKilled.map { .integer(Int64($0)) })))
    }
    return .object(members)
  }

  /// The name of who asked.
  var askerName: String? { report.request?.name }

  /// Those who died with the victim.
  var alsoKilled: [Int] { report.kills.filter { !$0.isAnnouncement }.map(\.process).filter { $0 != victim } }

  private static func person(_ name: String?, _ number: Int?) -> JSONValue {
    .object([.init("pid", number.json), .init("name", name.json)])
  }
}

extension ReportExplanation.RankedTask {
  fileprivate var json: JSONValue {
    .object([
      .init("pid", .integer(Int64(process))), .init("name", .string(name)),
      .init("badness", .integer(Int64(badness))),
    ])
  }
}

extension Int? {
  fileprivate var json: JSONValue { map { .integer(Int64($0)) } ?? .null }
}

extension String? {
  fileprivate var json: JSONValue { map { .string($0) } ?? .null }
}
