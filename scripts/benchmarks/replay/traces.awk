# Makes the trace of a program that does not exist. Usage: awk -v kind=small|mixed|lasting -f traces.awk
# small: many short-lived small blocks; mixed: blocks of all sizes; lasting: many blocks that live long.
function random(limit) {
  state = (state * 16807) % 2147483647
  return int(state / 2147483647 * limit)
}
function size() {
  if (kind == "small") return 8 + random(120)
  if (kind == "lasting") return 16 + random(500)
  if (random(20) == 0) return 1000 + random(60000)
  return 8 + random(random(4) ? 200 : 1500)
}
BEGIN {
  state = 20260
  wanted = kind == "lasting" ? 30000 : kind == "small" ? 200 : 1500
  calls = kind == "lasting" ? 200000 : 40000
  for (call = 0; call < calls; call++) {
    if (count < wanted && (count == 0 || random(100) < 55) || count < wanted / 2) {
      print "m", ++last, size()
      live[count++] = last
    } else {
      place = random(count)
      if (kind == "mixed" && random(10) == 0) {
        print "r", live[place], ++last, size()
        live[place] = last
      } else {
        print "f", live[place]
        live[place] = live[--count]
      }
    }
  }
}
