/* Logs every call of the allocator that a program makes, for `memsh replay`. Loaded by scripts/record with LD_PRELOAD.

   Each line has the thread's number, the call and its result. The calls of all threads are made one after the other, under
   one lock, so that the log has them in their order and no thread ever meets a locked arena. The recorder itself asks
   the allocator for nothing. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t), *__libc_valloc(size_t), *__libc_pvalloc(size_t);
extern void __libc_free(void *);

/* The log is written through a mapping of its file, so that it is whole wherever the program ends: two windows of the file at a
   time, which move on by one when the first is full. What is said before the environment can be read waits in a buffer. */
enum { window = 1 << 16 };

static int file = -1;
static int isOpen;
static char early[window];
static char *buffer = early;
static size_t used, capacity = sizeof early;
static off_t windowStart;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned threadCount;
static pthread_key_t endKey;
static pthread_once_t endKeyOnce = PTHREAD_ONCE_INIT;
static __thread unsigned threadNumber __attribute__((tls_model("initial-exec")));
static __thread unsigned depth __attribute__((tls_model("initial-exec")));
static __thread unsigned endings __attribute__((tls_model("initial-exec")));
static __thread unsigned isNumbered __attribute__((tls_model("initial-exec")));

static void closeLog(void) {
  if (file >= 0) {
    munmap(buffer, 2 * window);
    close(file);
  }
  file = -1;
  buffer = early;
  capacity = sizeof early;
  used = 0;
}

/* Maps the windows that begin at windowStart, in the place of the earlier ones. */
static void mapWindows(void *place) {
  void *found = MAP_FAILED;
  if (!ftruncate(file, windowStart + 2 * window))
    found = mmap(place, 2 * window, PROT_READ | PROT_WRITE, MAP_SHARED | (place ? MAP_FIXED : 0), file, windowStart);
  if (found == MAP_FAILED) {
    close(file);
    file = -1;
    buffer = early;
    capacity = sizeof early;
    used = 0;
  } else {
    buffer = found;
    capacity = 2 * window;
  }
}

/* Makes room for a line. */
static void makeRoom(void) {
  if (file < 0) {
    /* Nobody reads a log that was never opened. */
    if (isOpen || used > sizeof early - 4096) used = 0;
  } else if (used >= window) {
    windowStart += window;
    used -= window;
    mapWindows(buffer);
  }
}

/* %u is an unsigned number, %d an int, %p an address, %s a text. */
static void say(const char *form, ...) {
  va_list list;
  va_start(list, form);
  for (; *form && used < capacity - 64; form++) {
    if (*form != '%') {
      buffer[used++] = *form;
      continue;
    }
    char digits[32];
    int count = 0;
    unsigned long number = 0;
    switch (*++form) {
    case 's':
      for (const char *text = va_arg(list, const char *); *text && used < capacity - 64; text++)
        buffer[used++] = *text;
      break;
    case 'd': {
      int value = va_arg(list, int);
      if (value < 0) buffer[used++] = '-';
      number = value < 0 ? -(unsigned long)value : (unsigned long)value;
      do digits[count++] = (char)('0' + number % 10); while (number /= 10);
      break;
    }
    case 'u':
      number = va_arg(list, unsigned long);
      do digits[count++] = (char)('0' + number % 10); while (number /= 10);
      break;
    case 'p':
      number = (unsigned long)va_arg(list, void *);
      buffer[used++] = '0';
      if (!number) break;
      buffer[used++] = 'x';
      do digits[count++] = "0123456789abcdef"[number % 16]; while (number /= 16);
      break;
    }
    while (count) buffer[used++] = digits[--count];
  }
  va_end(list);
}

/* Threads that say that they end, and still empty their caches: the log's order is that of the calls only if nobody calls
   the allocator before they are gone. */
static pid_t leaving[64];
static int leavingCount;

static void awaitLeaving(void) {
  struct timespec begin, now;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  while (leavingCount) {
    if (syscall(SYS_tgkill, getpid(), leaving[leavingCount - 1], 0) && errno == ESRCH) {
      leavingCount--;
      continue;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    /* Who waits for this thread in turn would wait for ever. */
    if ((now.tv_sec - begin.tv_sec) * 1000000000L + now.tv_nsec - begin.tv_nsec > 100000000L) leavingCount = 0;
    sched_yield();
  }
}

/* The last destructor of a thread's own data: behind it the C library empties the thread's cache. */
static void threadEnds(void *number) {
  if (++endings < PTHREAD_DESTRUCTOR_ITERATIONS) {
    pthread_setspecific(endKey, number);
    return;
  }
  pthread_mutex_lock(&lock);
  if (leavingCount == sizeof leaving / sizeof *leaving) awaitLeaving();
  makeRoom();
  say("[%u] pthread_exit()\n", (unsigned long)threadNumber);
  leaving[leavingCount++] = (pid_t)syscall(SYS_gettid);
  pthread_mutex_unlock(&lock);
}

static void makeEndKey(void) { pthread_key_create(&endKey, threadEnds); }

static void numberThread(unsigned number) {
  isNumbered = 1;
  threadNumber = number;
  if (!number) return;
  pthread_once(&endKeyOnce, makeEndKey);
  pthread_setspecific(endKey, (void *)(uintptr_t)number);
}

static void openLog(void);

/* Before a line of a thread; with the lock. */
static void beginLine(void) {
  if (!isOpen) openLog();
  if (leavingCount) awaitLeaving();
  if (!isNumbered) {
    if (syscall(SYS_gettid) == getpid()) {
      isNumbered = 1;
    } else {
      /* Made by a way that cannot be seen: thrd_create, or the C library for itself. */
      numberThread(__atomic_add_fetch(&threadCount, 1, __ATOMIC_RELAXED));
      makeRoom();
      say("[0] pthread_create(%u, 0)\n[0] pthread_detach(%u)\n", (unsigned long)threadNumber, (unsigned long)threadNumber);
    }
  }
  makeRoom();
  say("[%u] ", (unsigned long)threadNumber);
}

/* What a call inside another one does, as posix_memalign's of memalign, is not logged again. */
#define LOGGED(call, ...)                    \
  do {                                       \
    int isOuter = !depth++;                  \
    if (isOuter) {                           \
      pthread_mutex_lock(&lock);             \
      if (leavingCount) awaitLeaving();      \
    }                                        \
    call;                                    \
    int error = errno;                       \
    if (isOuter) {                           \
      beginLine();                           \
      say(__VA_ARGS__);                      \
      pthread_mutex_unlock(&lock);           \
    }                                        \
    depth--;                                 \
    errno = error;                           \
  } while (0)

/* The same for what is no call of the allocator. */
#define NOTED(...)                 \
  do {                             \
    depth++;                       \
    pthread_mutex_lock(&lock);     \
    beginLine();                   \
    say(__VA_ARGS__);              \
    pthread_mutex_unlock(&lock);   \
    depth--;                       \
  } while (0)

void *malloc(size_t size) {
  void *block;
  LOGGED(block = __libc_malloc(size), "malloc(%u) = %p\n", size, block);
  return block;
}

void *calloc(size_t count, size_t size) {
  void *block;
  LOGGED(block = __libc_calloc(count, size), "calloc(%u, %u) = %p\n", count, size, block);
  return block;
}

void free(void *block) {
  if (!block) return;
  LOGGED(__libc_free(block), "free(%p)\n", block);
}

void *realloc(void *old, size_t size) {
  void *block;
  if (old && !size) {
    free(old);
    return NULL;
  }
  LOGGED(block = __libc_realloc(old, size), "realloc(%p, %u) = %p\n", old, size, block);
  return block;
}

void *reallocarray(void *old, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(old, bytes);
}

void *memalign(size_t alignment, size_t size) {
  void *block;
  LOGGED(block = __libc_memalign(alignment, size), "memalign(%u, %u) = %p\n", alignment, size, block);
  return block;
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) || !alignment || alignment & (alignment - 1)) return EINVAL;
  int saved = errno;
  void *block = memalign(alignment, size);
  errno = saved;
  if (!block) return ENOMEM;
  *result = block;
  return 0;
}

void *valloc(size_t size) {
  void *block;
  LOGGED(block = __libc_valloc(size), "valloc(%u) = %p\n", size, block);
  return block;
}

void *pvalloc(size_t size) {
  void *block;
  LOGGED(block = __libc_pvalloc(size), "pvalloc(%u) = %p\n", size, block);
  return block;
}

int mallopt(int parameter, int value) {
  static int (*real)(int, int);
  if (!real) real = (int (*)(int, int))dlsym(RTLD_NEXT, "mallopt");
  int result;
  LOGGED(result = real(parameter, value), "mallopt(%d, %d) = %d\n", parameter, value, result);
  return result;
}

int malloc_trim(size_t padding) {
  static int (*real)(size_t);
  if (!real) real = (int (*)(size_t))dlsym(RTLD_NEXT, "malloc_trim");
  int result;
  LOGGED(result = real(padding), "malloc_trim(%u) = %d\n", padding, result);
  return result;
}

/* Threads. */

struct Start {
  void *(*function)(void *);
  void *argument;
  unsigned number;
  int isTaken;
};

static struct Start starts[256];

static void *run(void *argument) {
  struct Start start = *(struct Start *)argument;
  __atomic_store_n(&((struct Start *)argument)->isTaken, 0, __ATOMIC_RELEASE);
  numberThread(start.number);
  return start.function(start.argument);
}

static struct {
  pthread_t thread;
  unsigned number;
} known[4096];

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *), void *argument) {
  static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (!real) real = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT, "pthread_create");
  struct Start *start = NULL;
  while (!start)
    for (size_t place = 0; place < 256 && !start; place++)
      if (!__atomic_exchange_n(&starts[place].isTaken, 1, __ATOMIC_ACQUIRE)) start = &starts[place];
  start->function = function;
  start->argument = argument;
  start->number = __atomic_add_fetch(&threadCount, 1, __ATOMIC_RELAXED);
  unsigned number = start->number;
  size_t size = 0;
  if (attributes) pthread_attr_getstacksize(attributes, &size);
  NOTED("pthread_create(%u, %u)\n", (unsigned long)number, size);
  int isDetached = 0;
  if (attributes) pthread_attr_getdetachstate(attributes, &isDetached);
  if (isDetached == PTHREAD_CREATE_DETACHED) NOTED("pthread_detach(%u)\n", (unsigned long)number);
  int result = real(thread, attributes, run, start);
  if (result) {
    __atomic_store_n(&start->isTaken, 0, __ATOMIC_RELEASE);
  } else {
    pthread_mutex_lock(&lock);
    known[number % 4096].thread = *thread;
    known[number % 4096].number = number;
    pthread_mutex_unlock(&lock);
  }
  return result;
}

/* The number of a thread, which is forgotten then; 0 for none. */
static unsigned take(pthread_t thread) {
  unsigned number = 0;
  pthread_mutex_lock(&lock);
  for (size_t place = 0; place < 4096 && !number; place++)
    if (known[place].number && pthread_equal(known[place].thread, thread)) {
      number = known[place].number;
      known[place].number = 0;
    }
  pthread_mutex_unlock(&lock);
  return number;
}

int pthread_detach(pthread_t thread) {
  static int (*real)(pthread_t);
  if (!real) real = (int (*)(pthread_t))dlsym(RTLD_NEXT, "pthread_detach");
  unsigned number = take(thread);
  if (number) NOTED("pthread_detach(%u)\n", (unsigned long)number);
  return real(thread);
}

int pthread_join(pthread_t thread, void **value) {
  static int (*real)(pthread_t, void **);
  if (!real) real = (int (*)(pthread_t, void **))dlsym(RTLD_NEXT, "pthread_join");
  int result = real(thread, value);
  if (result) return result;
  unsigned number = take(thread);
  if (number) NOTED("pthread_join(%u)\n", (unsigned long)number);
  return result;
}

/* Children of fork are processes of their own, whose other threads are gone. */
static void forgetLog(void) {
  pthread_mutex_init(&lock, NULL);
  leavingCount = 0;
  closeLog();
}

extern char **environ;

/* Opens the log, once the environment can be read; with the lock. */
static void openLog(void) {
  if (!environ) return;
  isOpen = 1;
  const char *path = getenv("MEMSH_RECORD");
  const char *process = getenv("MEMSH_RECORD_PID");
  size_t waiting = used;
  /* A program that a wrapper executes in its place is recorded in its place; children are not. */
  if (path && process && atol(process) == getpid()) {
    file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file >= 0) mapWindows(NULL);
  }
  if (file < 0) {
    used = 0;
    return;
  }
  used = 0;
  say("# glibc %s\n#!cpus %u\n#!vectors logged\n", gnu_get_libc_version(), (unsigned long)sysconf(_SC_NPROCESSORS_ONLN));
  static const char *const names[] = {
      "GLIBC_TUNABLES",        "MALLOC_ARENA_MAX",        "MALLOC_ARENA_TEST", "MALLOC_MMAP_MAX_", "MALLOC_MMAP_THRESHOLD_",
      "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_"};
  for (size_t place = 0; place < sizeof names / sizeof *names; place++)
    if (getenv(names[place])) say("#!env %s=%s\n", names[place], getenv(names[place]));
  makeRoom();
  memcpy(buffer + used, early, waiting);
  used += waiting;
  pthread_atfork(NULL, NULL, forgetLog);
}

__attribute__((constructor(101))) static void begin(void) {
  depth++;
  pthread_mutex_lock(&lock);
  if (!isOpen) openLog();
  pthread_mutex_unlock(&lock);
  depth--;
}
