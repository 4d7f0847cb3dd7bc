/* Traces every change a process makes to the files under one folder, and can kill it or fill the disk at the n-th.
 *
 * Preloaded (LD_PRELOAD) into an unmodified Node. Settings come from the environment:
 *   POWERCUT_ROOT   the folder watched; everything else passes through untouched
 *   POWERCUT_TRACE  file the operations are appended to, in the order they took effect (format: trace.ts)
 *   POWERCUT_MARK   file whose writes are recorded as marks: how the process says what it has acknowledged
 *   POWERCUT_KILL   SIGKILL just before operation n
 *   POWERCUT_FULL, POWERCUT_FULL_UNTIL   writes from operation n up to (not with) m fail with ENOSPC
 * One lock is held around an operation and its trace entry, so the trace is the true order. Files ending in -shm are
 * left out: SQLite rebuilds that index from the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_FD = 4096, NONE = 0, FILE_FD = 1, MARK_FD = 2 };
enum { OP_WRITE = 'W', OP_TRUNCATE = 'T', OP_SYNC = 'S', OP_UNLINK = 'U', OP_RENAME = 'R', OP_CREATE = 'C', OP_MKDIR = 'D', OP_MARK = 'M' };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[4096], mark[4096];
static size_t root_length;
static int trace_fd = -1;
static long kill_at = -1, full_from = -1, full_until = -1, operations = 0;
static unsigned char kind_of[MAX_FD];
static char *name_of[MAX_FD];

static long number(const char *name) {
  const char *text = getenv(name);
  return text && *text ? strtol(text, NULL, 10) : -1;
}

__attribute__((constructor)) static void start(void) {
  const char *folder = getenv("POWERCUT_ROOT"), *trace = getenv("POWERCUT_TRACE"), *marks = getenv("POWERCUT_MARK");
  if (!folder || !trace) return;
  snprintf(root, sizeof root, "%s/", folder);
  root_length = strlen(root);
  if (marks) snprintf(mark, sizeof mark, "%s", marks);
  kill_at = number("POWERCUT_KILL");
  full_from = number("POWERCUT_FULL");
  full_until = number("POWERCUT_FULL_UNTIL");
  trace_fd = (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The path below the watched folder ("." for the folder itself), or NULL for any other. */
static const char *inside(const char *path) {
  if (trace_fd < 0 || !path) return NULL;
  size_t length = strlen(path);
  if (length + 1 == root_length && strncmp(path, root, length) == 0) return ".";
  if (strncmp(path, root, root_length) != 0) return NULL;
  if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return NULL;
  return path + root_length;
}

static void put(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t wrote = syscall(SYS_write, trace_fd, at, length);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) abort();
    at += wrote;
    length -= (size_t)wrote;
  }
}

struct header { uint8_t op; uint8_t pad; uint16_t name; uint16_t other; uint16_t pad2; uint64_t offset; uint64_t length; };

static void record(char op, const char *name, const char *other, uint64_t offset, const void *bytes, uint64_t length) {
  int saved = errno;
  struct header head = {(uint8_t)op, 0, (uint16_t)strlen(name), (uint16_t)(other ? strlen(other) : 0), 0, offset, length};
  put(&head, sizeof head);
  put(name, head.name);
  if (other) put(other, head.other);
  if (bytes) put(bytes, length);
  errno = saved;
}

/* Counts an operation; does not return where this is the one to die at. */
static long enter(void) {
  pthread_mutex_lock(&lock);
  operations += 1;
  if (operations == kill_at) syscall(SYS_kill, getpid(), SIGKILL);
  return operations;
}
static void leave(void) { pthread_mutex_unlock(&lock); }

static int is_full(long operation) {
  if (full_from < 0 || operation < full_from) return 0;
  if (full_until >= 0 && operation >= full_until) return 0;
  errno = ENOSPC;
  return 1;
}

#define REAL(name) ((__typeof__(&name))real_function(#name))
static void *real_function(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}
/* dlsym takes a lock of its own: look each function up once. */
#define CALL(name, ...) ({ static __typeof__(&name) real; if (!real) real = REAL(name); real(__VA_ARGS__); })

static int kind(int fd) { return fd >= 0 && fd < MAX_FD ? kind_of[fd] : NONE; }

static void remember(int fd, const char *path) {
  if (fd < 0 || fd >= MAX_FD) return;
  const char *name = inside(path);
  kind_of[fd] = name ? FILE_FD : *mark && path && strcmp(path, mark) == 0 ? MARK_FD : NONE;
  free(name_of[fd]);
  name_of[fd] = name ? strdup(name) : NULL;
}

/* ---- opening and closing ---- */

static int opened(int at, const char *path, int flags, mode_t mode) {
  const char *name = at == AT_FDCWD ? inside(path) : NULL;
  if (!name || !(flags & (O_CREAT | O_TRUNC))) {
    int fd = (int)syscall(SYS_openat, at, path, flags, mode);
    if (fd >= 0) remember(fd, at == AT_FDCWD ? path : NULL);
    return fd;
  }
  struct stat before;
  pthread_mutex_lock(&lock);
  int was = stat(path, &before) == 0;
  pthread_mutex_unlock(&lock);
  int changes = was ? (flags & O_TRUNC) && before.st_size > 0 : 1;
  long operation = changes ? enter() : 0;
  int fd = changes && is_full(operation) ? -1 : (int)syscall(SYS_openat, at, path, flags, mode);
  if (fd >= 0) {
    remember(fd, path);
    if (changes) record(was ? OP_TRUNCATE : OP_CREATE, name, NULL, 0, NULL, 0);
  }
  if (changes) leave();
  return fd;
}

#define OPENER(name, before, at) \
  int name(before const char *path, int flags, ...) { \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    return opened(at, path, flags, mode); \
  }
OPENER(open, , AT_FDCWD)
OPENER(open64, , AT_FDCWD)
#define FOLDER int folder,
OPENER(openat, FOLDER, folder)
OPENER(openat64, FOLDER, folder)

int close(int fd) {
  if (fd >= 0 && fd < MAX_FD && kind_of[fd] != NONE) {
    kind_of[fd] = NONE;
    free(name_of[fd]);
    name_of[fd] = NULL;
  }
  return (int)syscall(SYS_close, fd);
}

/* ---- content ---- */

static ssize_t written(int fd, const void *bytes, size_t length, off_t offset, int placed) {
  int known = kind(fd);
  if (known == NONE) return placed ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
  if (known == MARK_FD) {
    pthread_mutex_lock(&lock);
    record(OP_MARK, "", NULL, 0, bytes, length);
    leave();
    return (ssize_t)length;
  }
  long operation = enter();
  off_t at = placed ? offset : lseek(fd, 0, (fcntl(fd, F_GETFL) & O_APPEND) ? SEEK_END : SEEK_CUR);
  ssize_t done = is_full(operation) ? -1
    : placed ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
  if (done > 0) record(OP_WRITE, name_of[fd], NULL, (uint64_t)at, bytes, (uint64_t)done);
  leave();
  return done;
}

ssize_t write(int fd, const void *bytes, size_t length) { return written(fd, bytes, length, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return written(fd, bytes, length, offset, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return written(fd, bytes, length, offset, 1); }

/* Vectors are written piece by piece: a cut between two pieces is one the kernel could make too. */
static ssize_t gathered(int fd, const struct iovec *pieces, int count, off_t offset, int placed) {
  ssize_t total = 0;
  for (int index = 0; index < count; index += 1) {
    if (pieces[index].iov_len == 0) continue;
    ssize_t done = written(fd, pieces[index].iov_base, pieces[index].iov_len, offset + total, placed);
    if (done < 0) return total > 0 ? total : done;
    total += done;
    if ((size_t)done < pieces[index].iov_len) break;
  }
  return total;
}
ssize_t writev(int fd, const struct iovec *pieces, int count) {
  return kind(fd) == FILE_FD ? gathered(fd, pieces, count, 0, 0) : syscall(SYS_writev, fd, pieces, count);
}
ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t offset) {
  return kind(fd) == FILE_FD ? gathered(fd, pieces, count, offset, 1) : CALL(pwritev, fd, pieces, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t offset) {
  return kind(fd) == FILE_FD ? gathered(fd, pieces, count, offset, 1) : CALL(pwritev64, fd, pieces, count, offset);
}

static int truncated(int fd, off_t length) {
  if (kind(fd) != FILE_FD) return (int)syscall(SYS_ftruncate, fd, length);
  enter();
  int result = (int)syscall(SYS_ftruncate, fd, length);
  if (result == 0) record(OP_TRUNCATE, name_of[fd], NULL, (uint64_t)length, NULL, 0);
  leave();
  return result;
}
int ftruncate(int fd, off_t length) { return truncated(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncated(fd, length); }

static int synced(int fd, long call) {
  if (kind(fd) != FILE_FD) return (int)syscall(call, fd);
  enter();
  int result = (int)syscall(call, fd);
  if (result == 0) record(OP_SYNC, name_of[fd], NULL, 0, NULL, 0);
  leave();
  return result;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

/* SQLite and libuv do not preallocate on Linux; if that changes the trace would lie, so say so loudly. */
int fallocate(int fd, int mode, off_t offset, off_t length) {
  if (kind(fd) == FILE_FD) abort();
  return (int)syscall(SYS_fallocate, fd, mode, offset, length);
}

/* ---- folder entries ---- */

int unlinkat(int folder, const char *path, int flags) {
  const char *name = folder == AT_FDCWD && flags == 0 ? inside(path) : NULL;
  if (!name) return (int)syscall(SYS_unlinkat, folder, path, flags);
  enter();
  int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  if (result == 0) record(OP_UNLINK, name, NULL, 0, NULL, 0);
  leave();
  return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int rename(const char *from, const char *to) {
  const char *old_name = inside(from), *new_name = inside(to);
  if (!old_name || !new_name) return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  enter();
  int result = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  if (result == 0) record(OP_RENAME, old_name, new_name, 0, NULL, 0);
  leave();
  return result;
}

int mkdir(const char *path, mode_t mode) {
  const char *name = inside(path);
  if (!name) return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  long operation = enter();
  int result = is_full(operation) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  if (result == 0) record(OP_MKDIR, name, NULL, 0, NULL, 0);
  leave();
  return result;
}
