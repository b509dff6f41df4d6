# Kernels that ran out of memory against simulations of the same: scripts/fidelity oom. Sourced.

. "$parts/oom-scenarios.sh"
. "$parts/oom-stage-scenarios.sh"
. "$parts/oom-swap-scenarios.sh"

# compare_oom: one part of the table for each recording MACHINE-MIB-CPUS/SCENARIO.txt[.gz].
compare_oom() {
  local recording
  while IFS= read -r recording; do
    compare_scenario "$recording"
  done < <(find "$recordings" -name '*.txt' -o -name '*.txt.gz' | LC_ALL=C sort)
}

# compare_scenario RECORDING
compare_scenario() {
  local place machine mebibytes cpus arch scenario
  place=$(basename -- "$(dirname -- "$1")")
  IFS=- read -r machine mebibytes cpus <<<"$place"
  scenario=$(basename -- "$1")
  scenario=${scenario%%.txt*}
  scenario=${scenario%-[0-9]}
  declare -F "scenario_$scenario" >/dev/null || return 0
  case $machine in amd64) arch=x86_64 ;; *) arch=$machine ;; esac
  declare -a names=()
  declare -A recorded=() rules=() simulated=()
  read_oom_facts recorded rules "$scenario" < <(unpacked "$1")
  local MACHINE="ram=${mebibytes}M, arch=$arch, cpus=$cpus, thp=always" HOG
  # No allocator of 32 bits is given more than its address space.
  HOG=$(hog_size "$1")
  local names_of_recording=("${names[@]}")
  read_oom_facts simulated rules "$scenario" < <("scenario_$scenario" | "$memsh" - 2>&1)
  heading "$machine, $mebibytes MiB, CPUs: $cpus, $scenario"
  local name part='' parted='' before=$compared differing=$differences
  for name in "${names_of_recording[@]}"; do
    quiet=
    if [[ $name == *' | '* ]]; then
      [ -n "$all" ] || quiet=yes
      if [ "$part" != "${name%% | *}" ]; then
        part=${name%% | *} parted=yes
        subheading "$part"
      fi
    else
      part=
      subheading ''
    fi
    compare_fact "${name#* | }" "${rules[$name]}" "${recorded[$name]}" "${simulated[$name]-}"
  done
  quiet=
  [ -z "$parted" ] || [ -n "$all" ] ||
    printf '  %d values compared, %d differences\n' $((compared - before)) $((differences - differing))
}

# unpacked FILE: its text.
unpacked() { case $1 in *.gz) gzip -dc -- "$1" ;; *) cat -- "$1" ;; esac; }

# hog_size RECORDING: how many MiB the hog asked for, from the command line of the kernel.
hog_size() {
  local size
  size=$(unpacked "$1" | grep -a -m 1 -o 'hog=[0-9]*' || true)
  echo "${size:+${size#hog=}}" | grep . || echo 2000
}

# read_oom_facts VALUES RULES SCENARIO: reads a recording from the input; appends to names what is new.
read_oom_facts() {
  local -n values=$1 kinds=$2
  local name rule value
  while IFS=$'\t' read -r name rule value; do
    values[$name]=$value
    [ -n "${kinds[$name]-}" ] || kinds[$name]=$rule
    names+=("$name")
  done < <(LC_ALL=C awk -v SCENARIO="$3" -v MEBIBYTES="$mebibytes" -f "$parts/oom-facts.awk" -f "$parts/oom-stages.awk")
}

# compare_fact NAME RULE RECORDED SIMULATED
compare_fact() {
  # What memsh did not print is no 0.
  case ${4:+$2} in
  percent) row_within 10 "$1" "$3" "$4" ;;
  apart:*) row_apart "${2#apart:}" "$1" "$3" "$4" ;;
  near:*) row_near "${2#near:}" "$1" "$3" "$4" ;;
  report) compare_report "$1" "$3" "$4" ;;
  *) case $1 in oom_*) row_when_told "$1" "$3" "$4" ;; *) row "$1" "$3" "$4" ;; esac ;;
  esac
}

# compare_report NAME RECORDED SIMULATED: lines without their numbers, each ended by |; shows the first that differ.
compare_report() {
  local -a recorded_lines simulated_lines
  local line
  if [ "$2" = "$3" ]; then
    row_when_told "$1" same same
    return
  fi
  IFS='|' read -ra recorded_lines <<<"$2"
  IFS='|' read -ra simulated_lines <<<"$3"
  for ((line = 0; line < ${#recorded_lines[@]}; line++)); do
    [ "${recorded_lines[line]}" = "${simulated_lines[line]-}" ] || break
  done
  row "$1, line $((line + 1))" "${recorded_lines[line]:0:28}" "${simulated_lines[line]:0:28}"
  [ -z "$all" ] || printf '    recorded  %s\n    simulated %s\n' "${recorded_lines[line]-}" "${simulated_lines[line]-}"
}
