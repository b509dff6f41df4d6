# Booted kernels against booted simulations: scripts/fidelity kernel. Sourced.

# compare_kernel: one part of the table for each recording of a boot.
compare_kernel() {
  local recording
  for recording in "$recordings"/boot-*.txt "$recordings"/*-*-*/boot.txt; do
    [ ! -f "$recording" ] || compare_boot "$recording"
  done
}

# compare_boot RECORDING: its name, or that of its directory, tells the machine.
compare_boot() {
  local name machine mebibytes cpus arch directory
  name=${1##*/boot-}
  if [ "${1##*/}" = boot.txt ]; then
    directory=$(cd "$(dirname -- "$1")" && pwd)
    name=${directory##*/}
  fi
  IFS=- read -r machine mebibytes cpus <<<"${name%.txt}"
  cpus=${cpus:-1}
  case $machine in amd64) arch=x86_64 ;; *) arch=$machine ;; esac
  declare -A recorded=() simulated=()
  declare -a names=()
  read_facts recorded names <"$1"
  declare -a ignored=()
  read_facts simulated ignored < <(boot_text "ram=${mebibytes}M,cpus=$cpus,arch=$arch,thp=always")
  heading "$machine, $mebibytes MiB, CPUs: $cpus"
  local fact geometries=0
  for fact in "${names[@]}"; do
    case $fact in
    MemTotal | MemFree | MemAvailable | *' managed')
      row_within 5 "$fact" "${recorded[$fact]}" "${simulated[$fact]-}"
      ;;
    Slab | KernelStack | VmallocUsed)
      row_within 50 "$fact" "${recorded[$fact]}" "${simulated[$fact]-}"
      ;;
    'slab '*)
      geometries=$((geometries + 1))
      row_when_told "$fact" "${recorded[$fact]}" "${simulated[$fact]-}"
      ;;
    *)
      # An empty zone has nothing to show.
      if [ "${recorded["${fact%% *} spanned"]-}" = 0 ]; then
        row_when_told "$fact" "${recorded[$fact]}" "${simulated[$fact]-}"
      else
        row "$fact" "${recorded[$fact]}" "${simulated[$fact]-}"
      fi
      ;;
    esac
  done
  [ -n "$all" ] || printf '  %d slab caches: size, objects and pages per slab compared\n' "$geometries"
}

# boot_text SETTINGS: what a simulated machine prints for the files that are compared, as a recording has it.
boot_text() {
  local file script=
  for file in /proc/meminfo /proc/zoneinfo /proc/sys/vm/min_free_kbytes /proc/slabinfo; do
    script+="print \"===== $file =====\"; cat $file"$'\n'
  done
  "$memsh" --machine "$1" -c "$script"
}

# read_facts VALUES NAMES: reads sections of files from the input, into an associative array and a list of its keys.
read_facts() {
  local -n values=$1 keys=$2
  local section='' zone='' line words fact value
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [[ $line == '===== '*' =====' ]]; then
      section=${line#===== }
      section=${section% =====}
      zone=
      continue
    fi
    read -ra words <<<"$line"
    fact=
    case $section in
    /proc/meminfo)
      case ${words[0]-} in
      MemTotal: | MemFree: | MemAvailable: | Slab: | KernelStack: | VmallocUsed: | Percpu:)
        fact=${words[0]%:} value=${words[1]}
        ;;
      esac
      ;;
    /proc/sys/vm/min_free_kbytes) fact=min_free_kbytes value=${words[0]-} ;;
    /proc/sys/vm)
      if [ "${words[0]-}" = /proc/sys/vm/min_free_kbytes ]; then fact=min_free_kbytes value=${words[2]}; fi
      ;;
    /proc/zoneinfo) read_zone_line ;;
    /proc/slabinfo)
      if [ "${words[6]-}" = : ]; then fact="slab ${words[0]}" value="${words[*]:3:3}"; fi
      ;;
    esac
    # The per-CPU lists of all CPUs have the same marks.
    if [ -z "$fact" ] || [ -n "${values[$fact]-}" ]; then continue; fi
    values[$fact]=$value
    keys+=("$fact")
  done
}

# read_zone_line: takes one line of /proc/zoneinfo; a helper of read_facts, whose variables it sets.
read_zone_line() {
  case $line in
  'Node '*) zone=${words[3]} ;;
  *' min '* | *' low '* | *' high '* | *' spanned '* | *' present '* | *' managed '*)
    fact="$zone ${words[0]}" value=${words[1]}
    ;;
  *protection:*)
    fact="$zone lowmem_reserve" value=${words[*]:1}
    value=${value//, /,}
    ;;
  *' high: '* | *' batch: '*) fact="$zone per-CPU ${words[0]%:}" value=${words[1]} ;;
  *start_pfn:*) fact="$zone start_pfn" value=${words[1]} ;;
  esac
}
