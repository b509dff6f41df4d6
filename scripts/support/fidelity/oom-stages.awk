# What a scenario's programs and files showed at its stages. Read after oom-facts.awk, whose note() it uses.
# SCENARIO and MEBIBYTES are set. Names are PART | STAGE, WHO: KEY. A recording has KEY=VALUE in one line where memsh prints the file.

BEGIN {
  # The counters in status lag by 64 pages for each CPU and kind; a list of free pages per CPU hides about as many.
  lag = 512
  # How far reclaim got depends on when kswapd had the CPU: 1 % of RAM, in KiB.
  share = int(MEBIBYTES * 1024 / 100)
  if (SCENARIO ~ /^(rt|forkcow|thp)$/) {
    follow("status", "VmSize", "growth", "exact")
    follow("status", "VmData", "growth", "exact")
    follow("status", "RssAnon", "growth", "near:" lag)
    follow("meminfo", "MemFree", "growth", "near:" lag)
    follow("meminfo", "AnonHugePages", "value", "exact")
  }
  if (SCENARIO == "rt") {
    follow("status", "VmLck", "growth", "exact")
    # A program's first tables depend on where its libraries lie.
    follow("status", "VmPTE", "growth", "apart:12")
    # The recorded program also touches its own code and data for the first time.
    follow("step", "minflt", "step", "apart:4")
    follow("step", "majflt", "step", "exact")
    follow("step", "sbrk0", "growth", "exact")
  }
  if (SCENARIO == "forkcow") {
    # Its stack and its libraries' data are written, too, after fork.
    follow("step", "minflt", "step", "apart:8")
    follow("step", "majflt", "step", "exact")
    follow("smaps_rollup", "Anonymous", "growth", "apart:16")
    follow("smaps_rollup", "Pss_Anon", "growth", "near:64")
    follow("smaps_rollup", "AnonHugePages", "value", "exact")
    # The child has the tables and the data of the program, too.
    follow("meminfo", "PageTables", "growth", "near:64")
    follow("meminfo", "Committed_AS", "growth", "percent")
  }
  if (SCENARIO == "thp") {
    follow("step", "minflt", "step", "apart:4")
    follow("meminfo", "Committed_AS", "growth", "exact")
    follow("vmstat", "thp_fault_alloc", "growth", "exact")
    follow("vmstat", "thp_fault_fallback", "growth", "exact")
    follow("smaps_rollup", "Anonymous", "value", "near:" lag)
    follow("smaps_rollup", "AnonHugePages", "value", "exact")
  }
  if (SCENARIO ~ /^(swapoff|swap_reread)$/) {
    follow("meminfo", "MemFree", "value", "near:" share)
    follow("meminfo", "AnonPages", "value", "near:" share)
    follow("meminfo", "SwapFree", "value", "near:" share)
    follow("meminfo", "SwapCached", "value", "near:" share)
    follow("meminfo", "CommitLimit", "value", "near:" lag)
    follow("status", "RssAnon", "value", "near:" share)
    follow("status", "VmSwap", "value", "near:" share)
  }
  if (SCENARIO == "swap_reread") {
    follow("vmstat", "pswpin", "step", "percent")
    follow("vmstat", "pswpout", "step", "percent")
    follow("vmstat", "pgmajfault", "step", "percent")
  }
  if (SCENARIO == "buddyseq") follow("meminfo", "MemFree", "growth", "near:" lag)
  if (SCENARIO == "wmark") follow("meminfo", "MemAvailable", "value", "near:" lag)
  if (SCENARIO == "pagecache") {
    count = split("MemFree Buffers Active(file) Inactive(file)", keys, " ")
    for (i = 1; i <= count; i++) follow("meminfo", keys[i], "value", "near:" share)
    count = split("nr_free_pages nr_inactive_file nr_active_file pgpgin pgactivate pgsteal_file oom_kill", keys, " ")
    for (i = 1; i <= count; i++) follow("vmstat", keys[i], "step", "near:" int(share / 4))
  }
}

# follow(SOURCE, KEY, WHAT, RULE): WHAT is value, growth since the part began, or step since the stage before.
function follow(source, key, what, rule) {
  followed[source, key] = what
  ruleOf[source, key] = rule
}

# measured(SOURCE, KEY, TEXT)
function measured(source, key, text, what, name, value, base) {
  if (!((source, key) in followed)) return
  what = followed[source, key]
  if (part == "" && what != "step") return
  value = amount(text)
  base = source == "vmstat" && what == "step" ? source SUBSEP key : part SUBSEP source SUBSEP key
  if (what == "step" && who != "parent" && who != "child") base = base SUBSEP "all"
  else if (what == "step") base = base SUBSEP who
  # A program begins anew at its start; mlockall brings its own pages, and a recording's program is another one.
  if (what != "value" && (!(base in since) || who == "start" || who == "mlockall")) {
    since[base] = value
    return
  }
  if (key == "VmLck" && since[base] == 0) since[base] = value
  name = stage
  if (who != "" && who != stage) name = name (name == "" ? "" : ", ") who
  name = name (name == "" ? "" : ": ") key (what == "growth" ? " grown by" : what == "step" ? ", more" : "")
  measure(name, ruleOf[source, key], what == "value" || key == "VmLck" && value == 0 ? value : value - since[base])
  if (what == "step") since[base] = value
}

# measure(NAME, RULE, VALUE): notes a value of the part; one that comes again is numbered.
function measure(name, rule, value) {
  if (++times[part, name] > 1) name = name " (" times[part, name] ")"
  note(part " | " name, rule, value)
}

# amount(TEXT): a number, decimal or after 0x.
function amount(text, i, sum) {
  if (text !~ /^0x/) return text + 0
  sum = 0
  for (i = 3; i <= length(text); i++) sum = sum * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
  return sum
}

function pairs(source, i, at) {
  for (i = 1; i <= NF; i++) {
    at = index($i, "=")
    if (at > 1) measured($i ~ /^(minflt|majflt|sbrk0)=/ ? "step" : source, substr($i, 1, at - 1), substr($i, at + 1))
  }
}

SCENARIO == "" { next }

/^===== / {
  part = section
  awaited = ""
  # A title of a recording tells what a setting became; memsh prints it in a line of its own.
  if (match(part, / *-> */)) {
    became = substr(part, RSTART + RLENGTH)
    part = substr(part, 1, RSTART - 1)
  } else became = ""
  sub(/^min_free=[0-9]* /, "", part)
  if (match(part, / min_free_kbytes=[0-9]+/)) {
    became = substr(part, RSTART + 17, RLENGTH - 17)
    part = substr(part, 1, RSTART - 1)
  }
  sub(/ thp=.*\[.*/, "", part)
  if (++parts[part] > 1) part = part " (" parts[part] ")"
  stage = who = source = ""
  delete mark
  if (became != "") became_now(became)
  next
}
function became_now(value) {
  gsub(/[ \t]+/, " ", value)
  measure("reads back", "exact", value)
}
/^reads back: / { became_now(substr($0, 13)); next }
/^reads back:$/ || /^THP: / && SCENARIO == "wmark" { readsBack = 1; next }
readsBack && /^[0-9]/ { became_now($0); readsBack = 0; next }

/^== / {
  stage = substr($0, 4)
  sub(/ at 0x.*/, "", stage)
  who = source = ""
  next
}
/^after drop_caches=/ { stage = $0; who = ""; source = "meminfo"; next }
/^(STEP [a-z0-9-]+ +[a-z]*=.*)?\[[^]]*\] / {
  match($0, /\[[^]]*\]/)
  who = substr($0, RSTART + 1, RLENGTH - 2)
  source = / meminfo:/ ? "meminfo" : / vmstat:/ ? "vmstat" : "status"
  pairs(source)
  next
}
/^(parent|child) minflt=/ { who = $1; pairs("step"); next }
/^minflt=/ { pairs("step"); next }
/^score=|^oom_score=/ { measure("oom_score", "near:1", number($0, "score=")); next }
/^re-read all:/ { measure("major faults of reading all", "percent", number($0, "majflt [+]")); next }
/^--- / {
  source = $2
  sub(/.*\//, "", source)
  next
}
source == "oom_score" && /^[0-9]+$/ { measure("oom_score", "near:1", $0); source = ""; next }
# Two forms of one counter: a line of the file, and what changed since the last time.
/^[a-z_0-9]+ [0-9]+ -> [0-9]+ / {
  if (SCENARIO == "pagecache" && ("vmstat", $1) in followed) measure($1 ", more", ruleOf["vmstat", $1], $4 - $2)
  next
}
source == "vmstat" && /^[a-z_0-9]+ [0-9]+$/ { measured("vmstat", $1, $2); next }
# What swapoff said: a recording has its result and errno, memsh its message and status.
/^swapoff\(.*\)=0/ || /^swapoff: 0$/ { measure("swapoff", "exact", "done"); next }
/^swapoff\(.*\)=-1/ {
  sub(/.*errno=[0-9]+ /, "")
  sub(/ \([0-9.]+s\)$/, "")
  measure("swapoff", "exact", $0)
  next
}
/ swapoff failed: / { measure("swapoff", "exact", substr($0, index($0, "failed: ") + 8)); next }
/^rc.*[=: ]137$|^swapoff: 137$/ { measure("swapoff", "exact", "killed"); next }
/^[A-Za-z_()]+: +[0-9]+( kB)?$/ || /^[A-Za-z_]+:\t *[0-9]+ kB$/ {
  key = $1
  sub(/:/, "", key)
  measured(source == "" ? "meminfo" : source, key, $2)
  next
}

/^\/(dev\/vda|swapfile) +(partition|file)/ {
  if (SCENARIO ~ /^swap(off|_reread)$/) measure("swap used, KiB", "near:" share, $4)
  next
}

/^Node / && source == "buddyinfo" {
  zone = $4
  total = 0
  for (order = 0; order <= 10; order++) total += $(5 + order) * 4 * 2 ^ order
  if (!((part, zone) in totals)) {
    totals[part, zone] = total
    largest[part, zone] = $15
    next
  }
  measure(stage ": " zone " free in lists, KiB more", "near:" lag, total - totals[part, zone])
  measure(stage ": " zone " blocks of 4 MiB more", "apart:1", $15 - largest[part, zone])
  if ($5 > 1000) measure(stage ": " zone " blocks of 4 KiB", "percent", $5)
  next
}

/^Node / { zone = $4; sub(/,$/, "", zone); next }
SCENARIO == "wmark" && /^ +(min|low|high|managed) +[0-9]+$/ {
  mark[$1] = $2
  if ($1 != "managed" || $2 == 0 || !("min" in mark)) next
  measure(zone ": min, low, high", "exact", mark["min"] " " mark["low"] " " mark["high"])
  shown = zone
  next
}
SCENARIO == "wmark" && /^ +protection: / && (shown == zone || mark["managed"] > 0) {
  $1 = ""
  gsub(/[ ()]/, "")
  measure(zone ": protection", "exact", $0)
}
