# Builds the release of memsh; sourced by scripts/memsh when what is there is not up to date.

. "$root/scripts/support/prerequisites.sh"

# build_release BINARY STAMP: one build at a time; STAMP gets the time from before the build, so that a
# change of the sources during it is noticed later.
build_release() {
  require_build_tools
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

# Everything inside the executable: looking up and relocating shared libraries takes longer than all the rest
# of memsh's start. Where the system has no static libraries, the Swift runtime alone is inside. The linker
# itself is told: for `-static-executable` Debian's compiler asks for libraries that Debian does not have.
run_build() {
  if has_library libc.a && has_library libreadline.a && has_library libtinfo.a; then
    set -- "$1" -Xswiftc -Xclang-linker -Xswiftc -static -Xlinker -lreadline -Xlinker -ltinfo
  else
    set -- "$1" -Xswiftc -Xclang-linker -Xswiftc -no-pie
  fi
  build_folder=$1
  shift
  # The tests run with the checks for exclusive access; without them a command costs half.
  # Functions begin with a line of the processor's cache: where the loop of the interpreter lies within one makes loops a
  # third slower or not, and would change with whatever is linked before it.
  swift build --package-path "$root" --scratch-path "$build_folder" -c release --product memsh \
    --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked -Xswiftc -Xllvm -Xswiftc -align-all-functions=6 \
    "$@" </dev/null 9>&-
}

has_library() {
  has_file "/usr/lib/$1" /usr/lib/*/"$1"
}
