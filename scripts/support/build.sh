# Builds the release of memsh; sourced by scripts/memsh when what is there is not up to date.

. "$root/scripts/support/prerequisites.sh"

# build_release BINARY STAMP: one build at a time; STAMP gets the time from before the build, so that a
# change of the sources during it is noticed later.
build_release() {
  require_swift
  require_readline
  build_folder=${2%/*}
  mkdir -p "$build_folder"
  exec 9>"$build_folder/lock"
  if command -v flock >/dev/null 2>&1; then flock 9; fi
  # Another call may have built while this one waited.
  if is_current "$1" "$2"; then
    exec 9>&-
    return
  fi
  if [ -e "$1" ]; then say "the sources have changed: building"; else say "building; this first time takes minutes"; fi
  : >"$2.next"
  if [ -t 2 ]; then
    run_build "$build_folder" >&2 || exit 1
  elif ! run_build "$build_folder" >"$build_folder/build.log" 2>&1; then
    cat "$build_folder/build.log" >&2
    exit 1
  fi
  mv "$2.next" "$2"
  exec 9>&-
}

# The Swift runtime inside the executable, and no table of what to relocate: both are time at every start.
run_build() {
  swift build --package-path "$root" --scratch-path "$1" -c release --product memsh --static-swift-stdlib \
    -Xswiftc -Xclang-linker -Xswiftc -no-pie </dev/null 9>&-
}
