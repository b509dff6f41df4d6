# Reads a recording, or what memsh printed for the same scenario, and prints what is compared, as
# NAME<TAB>RULE<TAB>VALUE.
# RULE is exact, percent (within 1 %), near:SLACK (within 1 % or SLACK), apart:SLACK, or report (lines of equal
# shape). NAME is PART | NAME where a recording has many parts.

function note(name, rule, value) {
  if (!(name in noted)) print name "\t" rule "\t" value
  noted[name] = 1
}

# number(TEXT, KEY): the number behind KEY, such as free: in "free:12kB".
function number(text, key) {
  return match(text, key "-?[0-9]+") ? substr(text, RSTART + length(key), RLENGTH - length(key)) : ""
}

# shape(LINE): the line without its numbers, migrate types and runs of blanks.
function shape(line) {
  gsub(/ \([UMEHI]+\)/, "", line)
  gsub(/-?[0-9]+/, "#", line)
  gsub(/ +/, " ", line)
  return line
}

# ending(KIND): what the report before says about memory.
function ending(kind, z, zone, slack) {
  # Some recordings keep only a few lines of it.
  if (lines ~ /Mem-Info:/ && !unawaited) note(kind ": report", "report", lines)
  slack = 252 + (hasHugePages ? hugePage : 0)
  for (z = 1; z <= zoneCount; z++) {
    zone = zones[z]
    note(kind ": " zone " free, KiB", "near:" slack, free[zone])
    note(kind ": " zone " min, KiB", "exact", least[zone])
  }
}

# adjusted(NAME, VALUES): the adjustments, and the score, which follows the size of the recording's program.
function adjusted(name, values) {
  note(name, "exact", substr(values, 1, index(values, " oom_score=") - 1))
  note(name ", oom_score", "near:1", number(values, "oom_score="))
}

{
  sub(/\r$/, "")
  if (match($0, /^\[ *[0-9]+\.[0-9]+\] ?/)) $0 = substr($0, RLENGTH + 1)
}

/^===== / { section = substr($0, 7, length($0) - 12) }
# The recordings' helpers, for which memsh has none.
/ (wt|sleep|exe|main)$/ { next }

# When the program that waited for the hog was killed, the recorded shell went on beside the hog.
/Killed process .*\(wt\)/ { unawaited = 1 }
/^===== RUN/ { unawaited = 0 }
/^PROGRESS/ && unawaited { next }
/^PROGRESS/ { runs++; note("run " runs ": KiB written", "percent", $2) }
/^largest|^1-MiB mmaps/ && section ~ /uid=0/ {
  name = $0
  sub(/ *[=:] .*/, "", name)
  value = number($0, /^1/ ? "): " : "= ")
  # In mode 2 the promises to other processes count: the sum is what the limit allows.
  if (section ~ /mode=2/ && !/^1/) value += int(committed / 4)
  note(section " | " name, section ~ /mode=1/ || /malloc|noreserve|^1/ ? "percent" : "near:8", value)
}
/Committed_AS[:=]/ && !/Committed_AS=.*WAIT/ {
  line = $0
  gsub(/: */, "=", line)
  if (section != promised) committed = number(line, "Committed_AS=")
  promised = section
}
# A recording has the values on the same line, memsh on the next three.
/^write oom/ {
  name = $2
  sub(/=/, " ", name)
  awaited = "oom_adj= oom_score_adj= oom_score="
  values = ""
  if (/ \| /) adjusted(name, substr($0, index($0, "|") + 2))
  next
}
awaited != "" && /^-?[0-9]+$/ {
  split(awaited, keys, " ")
  values = values (values == "" ? "" : " ") keys[1] $0
  awaited = substr(awaited, length(keys[1]) + 2)
  if (awaited == "") adjusted(name, values)
  next
}

/invoked oom-killer/ {
  inReport = 1
  inTrace = zoneCount = hasHugePages = 0
  lines = ""
}
/^Call Trace:/ { inTrace = 1 }
/^Mem-Info:/ { inTrace = 0 }
inReport && !inTrace && !/^Killed$/ { lines = lines shape($0) "|" }
inReport && / free:[0-9]+kB boost:/ {
  zone = $1 == "Node" ? $3 : $1
  zones[++zoneCount] = zone
  free[zone] = number($0, " free:")
  least[zone] = number($0, " min:")
}
/anon_thp: / { hasHugePages = number($0, "anon_thp: ") > 0 }
/hugepages_size=/ { hugePage = number($0, "hugepages_size=") }

/Killed process/ {
  inReport = 0
  process = number($0, "process ")
  if (process in killed || /\((wt|sleep|exe|main)\)/) next
  killed[process] = ++kills
  kind = "kill " kills
  match($0, /\([^ ]*\) total-vm/)
  note(kind ": victim", "exact", substr($0, RSTART + 1, RLENGTH - 11) " " number($0, "oom_score_adj:"))
  # A program that has nothing of its own is as large as the recording's happened to be linked.
  if (number($0, "total-vm:") > 8192) {
    note(kind ": total-vm, KiB", "percent", number($0, "total-vm:"))
    note(kind ": anon-rss, KiB", "percent", number($0, "anon-rss:"))
    note(kind ": pgtables, KiB", "percent", number($0, "pgtables:"))
  }
  ending(kind)
}
/Kernel panic/ {
  inReport = 0
  note("panic", "exact", substr($0, index($0, "syncing: ") + 9))
  ending("panic")
}
