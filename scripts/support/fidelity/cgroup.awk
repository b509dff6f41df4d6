# Takes the figures of a case out of what its script printed: name, recorded value, tolerance, value here, by tabs.

/^## / {
  block = substr($0, 4)
  if (block == "end") block = ""
  next
}
block != "" {
  if (block ~ / dmesg$/) {
    if (match($0, /Killed process [0-9]+ \([^)]*\)/)) {
      name = substr($0, RSTART, RLENGTH)
      sub(/.*\(/, "", name)
      sub(/\)/, "", name)
      victims = value[block, "victims"]
      value[block, "victims"] = victims (victims == "" ? "" : ",") name
    }
    take($0, "invoked", "", " invoked oom-killer")
    take($0, "gfp_mask", "gfp_mask=", ", order")
    take($0, "constraint", "constraint=", ",")
    take($0, "oom_memcg", "oom_memcg=", ",")
    take($0, "task_memcg", "task_memcg=", ",")
    take($0, "stats_for", "Memory cgroup stats for ", ":")
    take($0, "anon-rss_kB", "anon-rss:", "kB")
    take($0, "pgtables_kB", "pgtables:", "kB")
    if ($0 ~ /\] memory: usage/) {
      take($0, "usage_kB", "usage ", "kB")
      take($0, "limit_kB", "limit ", "kB")
      take($0, "failcnt", "failcnt ", "")
    }
    if ($0 ~ /swap: usage/) {
      take($0, "swap_usage_kB", "usage ", "kB")
      take($0, "swap_limit_kB", "limit ", "kB")
    }
    if ($0 ~ /no killable processes/) value[block, "no_killable"] = "Out of memory and no killable processes..."
  } else if (block ~ /pressure$/) {
    for (i = 2; i <= NF; i++) {
      split($i, pair, "=")
      value[block, $1 "_" pair[1]] = pair[2]
    }
  } else if (NF == 1) {
    if (!((block, "=") in value)) value[block, "="] = $1
  } else if (NF == 2) {
    value[block, $1] = $2
    keys[block] = keys[block] (keys[block] == "" ? "" : ",") $1
  }
}

# Notes what stands between two texts of a line of the log, the first time.
function take(line, key, head, tail,   at) {
  if ((block, key) in value) return
  if (head == "") {
    if (!(at = index(line, tail))) return
    line = substr(line, 1, at - 1)
    sub(/.*\] /, "", line)
  } else {
    if (!(at = index(line, head))) return
    line = substr(line, at + length(head))
    if (tail != "" && (at = index(line, tail))) line = substr(line, 1, at - 1)
  }
  value[block, key] = line
}

END {
  while ((getline line < figures) > 0) {
    if (line ~ /^## /) {
      block = substr(line, 4)
      continue
    }
    at = index(line, " : ")
    key = substr(line, 1, at - 1)
    wanted = substr(line, at + 3)
    since = tolerance = ""
    if ((at = index(wanted, " since "))) {
      since = substr(wanted, at + 7)
      wanted = substr(wanted, 1, at - 1)
    }
    if ((at = index(wanted, " ± "))) {
      tolerance = substr(wanted, at + length(" ± "))
      wanted = substr(wanted, 1, at - 1)
    }
    found = key == "keys" ? keys[block] : value[block, key]
    if (since != "") {
      other = block
      sub(/^[^ ]+/, since, other)
      found -= value[other, key]
    }
    if (wanted ~ /^>= /) {
      wanted = substr(wanted, 4)
      if (found >= wanted + 0) found = wanted
    }
    printf "%s %s\t%s\t%s\t%s\n", block, key, wanted, tolerance == "" ? 0 : tolerance, found
  }
}
