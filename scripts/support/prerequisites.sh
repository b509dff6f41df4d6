# What a build of memsh needs besides this repository, and how it gets onto the machine; sourced by the other
# scripts, which set `root`.

# say MESSAGE: tells the user something without mixing it into the output of memsh.
say() {
  printf 'memsh: %s\n' "$*" >&2
}

# require_build_tools: Swift, the headers of GNU Readline, and the library of C++, which Swift's runtime is
# linked with. Apt brings what is missing; ends with a clear message unless all of it is there.
require_build_tools() {
  missing=
  if ! command -v swift >/dev/null 2>&1; then missing=swiftlang; fi
  if ! has_file /usr/include/readline/readline.h /usr/local/include/readline/readline.h; then
    missing="$missing libreadline-dev"
  fi
  # Debian's package of Swift does not depend on it; where it lies on other systems is not known.
  if [ -e /etc/debian_version ] && ! has_file /usr/lib/gcc/*/*/libstdc++.so; then missing="$missing g++"; fi
  if [ -n "$missing" ]; then install_packages $missing; fi
  require_swift_version
}

# require_swift_version: ends unless Swift is 6.0 or newer.
require_swift_version() {
  swift_version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
  if [ -z "$swift_version" ]; then
    say "'swift --version' does not work: is the Swift toolchain complete?"
    swift --version >&2 || true
    exit 1
  fi
  if [ "${swift_version%%.*}" -lt 6 ]; then
    say "Swift $swift_version is too old; memsh needs 6.0 or newer (https://www.swift.org/install)"
    exit 1
  fi
}

# require_package FILE PACKAGE: ends unless FILE (a pattern) exists or apt can bring PACKAGE.
require_package() {
  if ! has_file $1; then install_packages "$2"; fi
}

# has_file FILE...: whether one of them exists.
has_file() {
  for file in "$@"; do
    if [ -e "$file" ]; then return; fi
  done
  return 1
}

# install_packages PACKAGE...: brings packages by apt, or ends with what the user is to do.
install_packages() {
  case " $* " in
  *" swiftlang "*) needs_swift=yes ;;
  *) needs_swift= ;;
  esac
  if ! command -v apt-get >/dev/null 2>&1; then
    say "missing: your system's counterparts of Debian's $*${needs_swift:+ (Swift: https://www.swift.org/install)}"
    exit 1
  fi
  if [ "$(id -u)" -eq 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    if [ -n "$needs_swift" ]; then require_swift_in_apt; fi
    say "missing: $*; install with: sudo apt-get install $*"
    exit 1
  fi
  # A machine whose package lists are old or empty finds packages only after an update.
  apt_get update || true
  if [ -n "$needs_swift" ]; then require_swift_in_apt; fi
  say "installing $*${needs_swift:+; this downloads about 500 MB}"
  if ! apt_get install --no-install-recommends "$@"; then
    say "apt could not install $*"
    exit 1
  fi
}

# require_swift_in_apt: ends unless Swift from apt is new enough.
require_swift_in_apt() {
  candidate=$(LC_ALL=C apt-cache policy swiftlang 2>/dev/null | sed -n 's/^ *Candidate: \([0-9][0-9]*\)\..*/\1/p')
  if [ "${candidate:-0}" -lt 6 ]; then
    say "the Swift compiler is not on PATH, and apt has no Swift 6.0 or newer (Debian has it since 13);" \
      "install it: https://www.swift.org/install"
    exit 1
  fi
}

# apt_get ARGUMENTS...: apt-get without questions, and without a word unless somebody watches or it fails.
apt_get() {
  set -- $as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 "$@"
  if [ -t 2 ]; then
    "$@" </dev/null >&2
  else
    apt_output=$("$@" </dev/null 2>&1) || {
      printf '%s\n' "$apt_output" >&2
      return 1
    }
  fi
}
