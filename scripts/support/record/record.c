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
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t), *__libc_valloc(size_t), *__libc_pvalloc(size_t);
extern void __libc_free(void *);

static int file = -1;
static int isReady;
static char buffer[1 << 16];
static size_t used;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned threadCount;
static pthread_key_t endKey;
static __thread unsigned threadNumber __attribute__((tls_model("initial-exec")));
static __thread unsigned depth __attribute__((tls_model("initial-exec")));
static __thread unsigned endings __attribute__((tls_model("initial-exec")));

static void flush(void) {
  size_t done = 0;
  while (file >= 0 && done < used) {
    ssize_t written = write(file, buffer + done, used - done);
    if (written <= 0) break;
    done += (size_t)written;
  }
  used = 0;
}

/* %u is an unsigned number, %d an int, %p an address, %s a text. */
static void say(const char *form, ...) {
  va_list list;
  va_start(list, form);
  if (used > sizeof buffer - 4096) flush();
  for (; *form && used < sizeof buffer - 64; form++) {
    if (*form != '%') {
      buffer[used++] = *form;
      continue;
    }
    char digits[32];
    int count = 0;
    unsigned long number = 0;
    switch (*++form) {
    case 's':
      for (const char *text = va_arg(list, const char *); *text && used < sizeof buffer - 64; text++)
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

/* What a call inside another one does, as posix_memalign's of memalign, is not logged again. */
#define LOGGED(call, ...)                                            \
  do {                                                               \
    int isOuter = !depth++;                                          \
    if (isOuter && isReady) pthread_mutex_lock(&lock);               \
    call;                                                            \
    int error = errno;                                               \
    if (isOuter) {                                                   \
      say("[%u] ", (unsigned long)threadNumber);                     \
      say(__VA_ARGS__);                                              \
      if (isReady) pthread_mutex_unlock(&lock);                      \
    }                                                                \
    depth--;                                                         \
    errno = error;                                                   \
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

/* The last destructor of a thread's own data: behind it the C library empties the thread's cache. */
static void threadEnds(void *number) {
  if (++endings < PTHREAD_DESTRUCTOR_ITERATIONS) {
    pthread_setspecific(endKey, number);
    return;
  }
  pthread_mutex_lock(&lock);
  say("[%u] pthread_exit()\n", (unsigned long)threadNumber);
  pthread_mutex_unlock(&lock);
}

static void *run(void *argument) {
  struct Start start = *(struct Start *)argument;
  __atomic_store_n(&((struct Start *)argument)->isTaken, 0, __ATOMIC_RELEASE);
  threadNumber = start.number;
  pthread_setspecific(endKey, (void *)(uintptr_t)start.number);
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
  pthread_mutex_lock(&lock);
  say("[%u] pthread_create(%u, %u)\n", (unsigned long)threadNumber, (unsigned long)number, size);
  pthread_mutex_unlock(&lock);
  int isDetached = 0;
  if (attributes) pthread_attr_getdetachstate(attributes, &isDetached);
  if (isDetached == PTHREAD_CREATE_DETACHED) {
    pthread_mutex_lock(&lock);
    say("[%u] pthread_detach(%u)\n", (unsigned long)threadNumber, (unsigned long)number);
    pthread_mutex_unlock(&lock);
  }
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

/* The number of a thread, which is forgotten then; 0 for none. Called with the lock. */
static unsigned take(pthread_t thread) {
  for (size_t place = 0; place < 4096; place++)
    if (known[place].number && pthread_equal(known[place].thread, thread)) {
      unsigned number = known[place].number;
      known[place].number = 0;
      return number;
    }
  return 0;
}

int pthread_detach(pthread_t thread) {
  static int (*real)(pthread_t);
  if (!real) real = (int (*)(pthread_t))dlsym(RTLD_NEXT, "pthread_detach");
  pthread_mutex_lock(&lock);
  unsigned number = take(thread);
  if (number) say("[%u] pthread_detach(%u)\n", (unsigned long)threadNumber, (unsigned long)number);
  pthread_mutex_unlock(&lock);
  return real(thread);
}

int pthread_join(pthread_t thread, void **value) {
  static int (*real)(pthread_t, void **);
  if (!real) real = (int (*)(pthread_t, void **))dlsym(RTLD_NEXT, "pthread_join");
  int result = real(thread, value);
  if (result) return result;
  pthread_mutex_lock(&lock);
  unsigned number = take(thread);
  if (number) say("[%u] pthread_join(%u)\n", (unsigned long)threadNumber, (unsigned long)number);
  pthread_mutex_unlock(&lock);
  return result;
}

/* Children of fork are processes of their own. */
static void forgetFile(void) {
  used = 0;
  if (file >= 0) close(file);
  file = -1;
}

__attribute__((constructor(101))) static void begin(void) {
  const char *path = getenv("MEMSH_RECORD");
  const char *process = getenv("MEMSH_RECORD_PID");
  /* A program that a wrapper executes in its place is recorded in its place; children are not. */
  if (path && process && atol(process) == getpid()) file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  char early[sizeof buffer];
  size_t length = used;
  memcpy(early, buffer, length);
  used = 0;
  say("# glibc %s\n#!cpus %u\n#!vectors logged\n", gnu_get_libc_version(), (unsigned long)sysconf(_SC_NPROCESSORS_ONLN));
  static const char *const names[] = {
      "GLIBC_TUNABLES",        "MALLOC_ARENA_MAX",        "MALLOC_ARENA_TEST", "MALLOC_MMAP_MAX_", "MALLOC_MMAP_THRESHOLD_",
      "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_"};
  for (size_t place = 0; place < sizeof names / sizeof *names; place++)
    if (getenv(names[place])) say("#!env %s=%s\n", names[place], getenv(names[place]));
  memcpy(buffer + used, early, length);
  used += length;
  pthread_key_create(&endKey, threadEnds);
  pthread_atfork(NULL, NULL, forgetFile);
  isReady = 1;
}

__attribute__((destructor(101))) static void end(void) {
  pthread_mutex_lock(&lock);
  flush();
  pthread_mutex_unlock(&lock);
}
