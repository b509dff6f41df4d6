// mallopt(3) and what the tunables do to the same values.

/// A parameter of mallopt(3), with its number in malloc.h.
public enum MallocOption: Int32, CaseIterable, Sendable {
  /// M_MXFAST: the largest request that goes to fastbins.
  case largestFastRequest = 1
  /// M_TRIM_THRESHOLD: how large top may become before it is trimmed.
  case trimThreshold = -1
  /// M_TOP_PAD: how much more to ask of the kernel than needed.
  case topPadding = -2
  /// M_MMAP_THRESHOLD: from which size on chunks get a mapping of their own.
  case mappingThreshold = -3
  /// M_MMAP_MAX: how many mapped chunks there may be.
  case largestMappingCount = -4
  /// M_CHECK_ACTION: without effect since glibc 2.26.
  case checkAction = -5
  /// M_PERTURB: the byte to fill freed memory with.
  case fillByte = -6
  /// M_ARENA_TEST: how many arenas there may be before the processors are counted.
  case arenaTest = -7
  /// M_ARENA_MAX: how many arenas there may be.
  case arenaMaximum = -8
}

extension MallocState {
  /// mallopt(3): consolidates the main arena's fastbins, then sets a parameter.
  ///
  /// - Parameters:
  ///   - parameter: A number of ``MallocOption``; unknown ones are accepted without effect.
  ///   - value: The value; sizes are converted as `(size_t) value`.
  /// - Returns: 1, or 0 when the value was refused.
  package mutating func setOption(
    _ parameter: Int32, _ value: Int32, kernel: inout some MallocKernel
  ) throws(FatalSignal) -> Int32 {
    try initializeIfNeeded(&kernel)
    enter(0)
    try consolidate(&kernel)
    let wasFixed = parameters.thresholdsAreFixed
    guard let option = MallocOption(rawValue: parameter), set(option, value) else {
      kernel.note(.optionIgnored(parameter: parameter, value: value))
      let answers = [MallocOption.largestFastRequest.rawValue, MallocOption.mappingThreshold.rawValue]
      return answers.contains(parameter) ? 0 : 1
    }
    kernel.note(
      .optionSet(option, value: value, fixes: parameters.thresholdsAreFixed && !wasFixed))
    return 1
  }

  /// Gives a parameter a value.
  ///
  /// - Returns: Whether it has an effect.
  private mutating func set(_ option: MallocOption, _ value: Int32) -> Bool {
    let size = UInt64(bitPattern: Int64(value)) & layout.addressMask
    switch option {
    case .largestFastRequest:
      return setLargestFastRequest(size)
    case .trimThreshold: setTrimThreshold(size)
    case .topPadding: setTopPadding(size)
    case .mappingThreshold: return setMappingThreshold(size)
    case .largestMappingCount: setLargestMappingCount(value)
    case .fillByte: parameters.fillByte = value
    case .arenaTest:
      guard value > 0 else { return false }
      parameters.arenaTest = size
    case .arenaMaximum:
      guard value > 0 else { return false }
      parameters.arenaMaximum = size
    case .checkAction: return false
    }
    return true
  }

  /// Applies a tunable as the first call into malloc does.
  mutating func apply(tunable name: String, _ value: UInt64) {
    let size = value & layout.addressMask
    switch name {
    case "top_pad": setTopPadding(size)
    case "mmap_threshold": _ = setMappingThreshold(size)
    case "trim_threshold": setTrimThreshold(size)
    case "mmap_max": setLargestMappingCount(Int32(truncatingIfNeeded: value))
    case "perturb": parameters.fillByte = Int32(truncatingIfNeeded: value)
    case "mxfast": _ = setLargestFastRequest(size)
    case "arena_test": parameters.arenaTest = size
    case "arena_max": parameters.arenaMaximum = size
    case "tcache_count": if size <= 0xffff { parameters.threadCacheDepth = size }
    case "tcache_unsorted_limit": parameters.unsortedLimit = size
    case "tcache_max": setThreadCacheLargestRequest(size)
    default: break
    }
  }

  /// Sets M_MXFAST; where there are no fastbins, any value is accepted without effect.
  private mutating func setLargestFastRequest(_ size: UInt64) -> Bool {
    !rules.hasFastBins || parameters.setLargestFastRequest(size, layout: layout)
  }

  private mutating func setThreadCacheLargestRequest(_ size: UInt64) {
    if rules.largeThreadCacheBins > 0 { return setLargestCachedRequest(size) }
    let largest = MallocParameters(layout: layout, defaults: release.defaults).threadCacheLargestRequest
    guard size <= largest, let chunk = layout.chunkSize(forRequest: size) else { return }
    parameters.threadCacheLargestRequest = size
    parameters.threadCacheBins = layout.threadCacheBin(forSize: chunk) + 1
  }

  /// The same where the thread cache has bins for larger chunks: the limit counts chunks.
  private mutating func setLargestCachedRequest(_ size: UInt64) {
    guard let chunk = layout.chunkSize(forRequest: size) else { return }
    let bin = layout.threadCacheBin(forSize: chunk)
    let isSmall = bin < MallocLayout.threadCacheBins
    guard isSmall || largeThreadCacheBin(forSize: chunk) < threadCacheBinCount else { return }
    parameters.threadCacheLargestRequest = size
    if isSmall { parameters.threadCacheBins = bin + 1 }
    parameters.threadCacheLimit = chunk + 1
    parameters.largeThreadCacheLimit = isSmall ? 0 : chunk + 1
  }

  private mutating func setTrimThreshold(_ size: UInt64) {
    parameters.trimThreshold = size
    parameters.thresholdsAreFixed = true
  }

  private mutating func setTopPadding(_ size: UInt64) {
    parameters.topPadding = size
    parameters.thresholdsAreFixed = true
  }

  /// Sets M_MMAP_THRESHOLD.
  ///
  /// - Returns: Whether the value was accepted.
  private mutating func setMappingThreshold(_ size: UInt64) -> Bool {
    guard !rules.limitsMappingThreshold || size <= layout.arenaAlignment / 2 else { return false }
    parameters.mappingThreshold = size
    parameters.thresholdsAreFixed = true
    return true
  }

  private mutating func setLargestMappingCount(_ count: Int32) {
    parameters.largestMappingCount = count
    parameters.thresholdsAreFixed = true
  }
}
