# The table of scripts/fidelity: rows of recorded and simulated values, and the count of what differs. Sourced.

compared=0
differences=0
approximations=0
# Whether only rows that differ are printed, and the heading that waits for such a row.
quiet=
pending=

# heading TEXT: begins the rows of one recording.
heading() {
  pending=
  printf '\n%-38s %28s %28s\n' "$1" recorded simulated
}

# subheading TEXT: begins a part of a recording; printed with the first of its rows that is.
subheading() { pending=$1; }

# row NAME RECORDED SIMULATED: values that must be equal.
row() {
  compared=$((compared + 1))
  if [ "$2" = "$3" ]; then
    agreed "$1" "$2" "$3" ''
  else
    differs "$1" "$2" "$3"
  fi
}

# row_within PER_MILLE NAME RECORDED SIMULATED: numbers that may be so many thousandths apart.
row_within() { row_apart $((${3#-} * $1 / 1000)) "$2" "$3" "$4"; }

# row_near DISTANCE NAME RECORDED SIMULATED: numbers that may be so far apart, or one in a hundred if that is more.
row_near() {
  local allowed=$((${3#-} / 100))
  row_apart $((allowed < $1 ? $1 : allowed)) "$2" "$3" "$4"
}

# row_apart DISTANCE NAME RECORDED SIMULATED: numbers that may be so far apart.
row_apart() {
  local distance=$(($3 - ${4:-0}))
  compared=$((compared + 1))
  if [ "$distance" -eq 0 ]; then
    agreed "$2" "$3" "$4" ''
  elif [ "${distance#-}" -le "$1" ]; then
    approximations=$((approximations + 1))
    agreed "$2" "$3" "$4" "$((-distance)), allowed"
  else
    differs "$2" "$3" "$4"
  fi
}

# row_when_told NAME RECORDED SIMULATED: as row, but printed only when it differs or all rows are wanted.
row_when_told() {
  if [ "$2" = "$3" ] && [ -z "$all" ]; then
    compared=$((compared + 1))
  else
    row "$1" "$2" "$3"
  fi
}

# agreed NAME RECORDED SIMULATED REMARK: prints the row, unless only differences are wanted.
agreed() { [ -n "$quiet" ] || print_row "$@"; }

differs() {
  differences=$((differences + 1))
  print_row "$1" "$2" "$3" 'differs'
}

print_row() {
  if [ -n "$pending" ]; then
    printf '  [%s]\n' "$pending"
    pending=
  fi
  printf '  %-36s %28s %28s%s\n' "$1" "$2" "${3:--}" "${4:+  $4}"
}

# close_table: the sums; fails when something differs.
close_table() {
  printf '\n%d values compared, %d within their tolerance, %d differences\n' \
    "$compared" "$approximations" "$differences"
  [ "$differences" -eq 0 ]
}
