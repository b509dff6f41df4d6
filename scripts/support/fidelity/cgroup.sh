# Control groups against a recorded kernel: scripts/fidelity cgroup. Sourced.

# compare_cgroup: one part of the table for each recorded case.
compare_cgroup() {
  local figures
  quiet=yes
  [ -z "$all" ] || quiet=
  for figures in "$recordings"/*.figures; do
    [ ! -f "$figures" ] || compare_case "${figures%.figures}"
  done
  if [ -n "$agreement" ]; then
    # What is known to differ is counted in agreement.txt.
    differences=$worse
  fi
}

# compare_case CASE: runs CASE.mem and compares what it prints with CASE.figures.
compare_case() {
  local name=${1##*/} label wanted found tolerance before=$differences
  heading "$name"
  while IFS=$'\t' read -r label wanted tolerance found; do
    case $wanted$found in
    *[!0-9-]*) row "$label" "$wanted" "$found" ;;
    *) row_apart "$tolerance" "$label" "$wanted" "$found" ;;
    esac
  done < <("$memsh" "$1.mem" 2>/dev/null | awk -v figures="$1.figures" -f "$parts/cgroup.awk")
  before=$((differences - before))
  printf '%s: %s differ\n' "$name" $before
  if [ -n "$agreement" ]; then
    local equal total
    read -r _ equal _ total < <(grep "^$name " "$recordings/agreement.txt")
    if [ $before -gt $((total - equal)) ]; then
      echo "$name: $((total - equal)) were known to differ"
      worse=$((worse + before - total + equal))
    fi
  fi
}
