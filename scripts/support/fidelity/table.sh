# The table of scripts/fidelity: rows of recorded and simulated values, and the count of what differs. Sourced.

compared=0
differences=0
approximations=0

# heading TEXT: begins the rows of one recording.
heading() { printf '\n%-38s %28s %28s\n' "$1" recorded simulated; }

# row NAME RECORDED SIMULATED: values that must be equal.
row() {
  compared=$((compared + 1))
  if [ "$2" = "$3" ]; then
    print_row "$1" "$2" "$3" ''
  else
    differences=$((differences + 1))
    print_row "$1" "$2" "$3" 'differs'
  fi
}

# row_within PER_MILLE NAME RECORDED SIMULATED: numbers that may be so many thousandths apart.
row_within() {
  local distance=$(($3 - ${4:-0}))
  compared=$((compared + 1))
  if [ "$distance" -eq 0 ]; then
    print_row "$2" "$3" "$4" ''
  elif [ $((${distance#-} * 1000)) -le $(($3 * $1)) ]; then
    approximations=$((approximations + 1))
    print_row "$2" "$3" "$4" "$((-distance)), allowed"
  else
    differences=$((differences + 1))
    print_row "$2" "$3" "$4" 'differs'
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

# row_near DISTANCE NAME RECORDED SIMULATED: numbers that may be so far apart, or one in a hundred if that is more.
row_near() {
  local distance=$(($3 - $4)) allowed=$((${3#-} / 100))
  if [ "$allowed" -lt "$1" ]; then allowed=$1; fi
  compared=$((compared + 1))
  if [ "$distance" -eq 0 ]; then
    print_row "$2" "$3" "$4" ''
  elif [ "${distance#-}" -le "$allowed" ]; then
    approximations=$((approximations + 1))
    print_row "$2" "$3" "$4" "$((-distance)), allowed"
  else
    differences=$((differences + 1))
    print_row "$2" "$3" "$4" 'differs'
  fi
}

print_row() { printf '  %-36s %28s %28s  %s\n' "$1" "$2" "${3:--}" "$4" | sed 's/ *$//'; }

# close_table: the sums; fails when something differs.
close_table() {
  printf '\n%d values compared, %d within their tolerance, %d differences\n' \
    "$compared" "$approximations" "$differences"
  [ "$differences" -eq 0 ]
}
