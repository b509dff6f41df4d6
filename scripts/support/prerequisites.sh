# What a build of memsh needs besides this repository; sourced by the other scripts, which set `root`.

# say MESSAGE: tells the user something without mixing it into the output of memsh.
say() {
  printf 'memsh: %s\n' "$*" >&2
}

# require_swift: ends with a clear message unless Swift 6.1 or newer is on PATH.
require_swift() {
  if ! command -v swift >/dev/null 2>&1; then
    say "the Swift compiler is not on PATH; install Swift 6.1 or newer (https://www.swift.org/install)"
    exit 1
  fi
  swift_version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
  swift_major=${swift_version%%.*}
  swift_minor=${swift_version#*.}
  if [ -z "$swift_version" ]; then
    say "'swift --version' does not work: is the Swift toolchain complete?"
    swift --version >&2 || true
    exit 1
  fi
  if [ "$swift_major" -lt 6 ] || { [ "$swift_major" -eq 6 ] && [ "$swift_minor" -lt 1 ]; }; then
    say "Swift $swift_version is too old; memsh needs 6.1 or newer (https://www.swift.org/install)"
    exit 1
  fi
}

# require_package FILE PACKAGE: ends unless FILE (a pattern) exists or apt can bring PACKAGE.
require_package() {
  for file in $1; do
    if [ -e "$file" ]; then return; fi
  done
  if ! command -v apt-get >/dev/null 2>&1; then
    say "$2 is missing; install your system's counterpart of Debian's package of that name"
    exit 1
  fi
  if [ "$(id -u)" -eq 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    say "$2 is missing; install it with: sudo apt-get install $2"
    exit 1
  fi
  say "installing $2"
  if ! install_package "$2" >/dev/null 2>&1; then
    # A machine whose package lists are old or empty finds the package only after an update.
    $as_root apt-get update >&2 && install_package "$2" >&2 || {
      say "$2 could not be installed"
      exit 1
    }
  fi
}

install_package() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" </dev/null
}

# require_readline: the headers and the library of GNU Readline.
require_readline() {
  require_package "/usr/include/readline/readline.h /usr/local/include/readline/readline.h" libreadline-dev
}
