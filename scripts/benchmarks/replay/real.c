/* The counterpart of `memsh replay --time`: the real allocator of the C library, driven by the same trace.
   Usage: real TRACE; a line of the trace is m ID SIZE, c ID COUNT SIZE, r ID NEWID SIZE, a ID ALIGN SIZE or
   f ID. Prints the calls and the processor's nanoseconds per call of the first and of later passes. */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { ROUNDS = 5 };
static const double ROUND_DURATION = 0.4e9;

struct call {
  char kind;
  uint32_t block, other;
  size_t first, second;
};

static struct call *calls;
static void **blocks;
static size_t call_count, block_count = 1;

/* What the program needs itself stays out of the heap that it measures. */
static void *outside_heap(size_t bytes) {
  void *memory =
      mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) exit(2);
  return memory;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static uint32_t block(size_t id) {
  if (id >= block_count) block_count = id + 1;
  return id;
}

static void read_trace(const char *path) {
  static char buffer[1 << 16];
  char line[256];
  FILE *file = fopen(path, "r");
  if (!file) exit(2);
  setvbuf(file, buffer, _IOFBF, sizeof buffer);
  size_t lines = 0;
  while (fgets(line, sizeof line, file)) lines++;
  rewind(file);
  calls = outside_heap((lines + 1) * sizeof *calls);
  while (fgets(line, sizeof line, file)) {
    size_t n[3] = {0, 0, 0};
    char kind;
    if (sscanf(line, "%c %zu %zu %zu", &kind, &n[0], &n[1], &n[2]) < 2) continue;
    struct call call = {kind, block(n[0]), 0, n[1], n[2]};
    if (kind == 'r') call = (struct call){kind, block(n[0]), block(n[1]), n[2], 0};
    if (kind == 'm' || kind == 'c' || kind == 'r' || kind == 'a' || kind == 'f') calls[call_count++] = call;
  }
  fclose(file);
  blocks = outside_heap(block_count * sizeof *blocks);
}

static void pass(void) {
  for (const struct call *call = calls; call < calls + call_count; call++) {
    switch (call->kind) {
    case 'm': blocks[call->block] = malloc(call->first); break;
    case 'c': blocks[call->block] = calloc(call->first, call->second); break;
    case 'a': blocks[call->block] = memalign(call->first, call->second); break;
    case 'f':
      free(blocks[call->block]);
      blocks[call->block] = NULL;
      break;
    case 'r': {
      void *resized = realloc(blocks[call->block], call->first);
      if (resized || !call->first) blocks[call->block] = NULL;
      blocks[call->other] = resized;
    }
    }
  }
}

static size_t free_rest(void) {
  size_t count = 0;
  for (size_t i = 0; i < block_count; i++) {
    if (!blocks[i]) continue;
    free(blocks[i]);
    blocks[i] = NULL;
    count++;
  }
  return count;
}

static int by_size(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return difference < 0 ? -1 : difference > 0;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  read_trace(argv[1]);
  double start = now(), times[ROUNDS];
  pass();
  double first = (now() - start) / call_count;
  for (int round = 0; round < ROUNDS; round++) {
    size_t count = 0;
    start = now();
    do {
      count += free_rest() + call_count;
      pass();
    } while (now() - start < ROUND_DURATION);
    times[round] = (now() - start) / count;
  }
  qsort(times, ROUNDS, sizeof *times, by_size);
  printf("calls         %zu\nfirst pass    %.1f ns per call\nlater passes  %.1f ns per call\n", call_count, first,
         times[ROUNDS / 2]);
  return 0;
}
