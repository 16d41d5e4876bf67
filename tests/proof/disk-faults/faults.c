/*
 * Makes chosen file-writing calls of a process fail. Loaded with LD_PRELOAD; only paths below FIELDBOOK_FAULT_ROOT count.
 * libuv closes by a bare system call, so that of all closes only those of SQLite can fail here.
 * The process steers it by opening names below /fieldbook-fault/, which exist nowhere:
 *   arm/MODE/ERRNO/N[/N2]  counts from zero; the N-th (and N2-th) call fails.
 *                          MODE once; on: all calls from the N-th; short: the N-th write is cut, the write after it fails
 *   disarm                 counts and fails no more
 *   report                 readable: one line for each call since it was armed, "ok" or "failed", its name, its path
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define CONTROL "/fieldbook-fault/"
#define LOG_BYTES (4 * 1024 * 1024)

/* What a full disk still allows is FREES (a new name in place of an old one needs no room to speak of); everything else may need room. */
enum kind { GROWS, WRITES, FREES };
enum verdict { PASS, FAIL, CUT };
enum mode { ONCE, ON, SHORT };

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int is_armed, fault, count, first, second, is_cut;
static enum mode mode;
static char log_text[LOG_BYTES];
static size_t log_length;

#define REAL(name) ((__typeof__(&name))find(#name))

static void *find(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

static int is_inside(const char *path) {
  const char *root = getenv("FIELDBOOK_FAULT_ROOT");
  size_t length = root ? strlen(root) : 0;
  return path && length && strncmp(path, root, length) == 0 && path[length] == '/';
}

static int is_full(void) { return fault == ENOSPC || fault == EDQUOT; }

static enum verdict decide(enum kind kind) {
  if (mode == ON) return count >= first && !(is_full() && kind == FREES) ? FAIL : PASS;
  if (mode == ONCE) return count == first || count == second ? FAIL : PASS;
  if (kind != WRITES) return PASS;
  if (count == first) {
    is_cut = 1;
    return CUT;
  }
  if (!is_cut) return PASS;
  is_cut = 0;
  return FAIL;
}

static enum verdict judge(enum kind kind, const char *name, const char *path) {
  if (!is_inside(path)) return PASS;
  pthread_mutex_lock(&guard);
  enum verdict verdict = PASS;
  if (is_armed) {
    count++;
    verdict = decide(kind);
    size_t room = LOG_BYTES - log_length;
    int length = snprintf(log_text + log_length, room, "%s %s %s\n", verdict == PASS ? "ok" : "failed", name, path);
    if (length > 0 && (size_t)length < room) log_length += length;
  }
  pthread_mutex_unlock(&guard);
  if (verdict == FAIL) errno = fault;
  return verdict;
}

/* The file behind a descriptor, or "". */
static const char *path_of(int descriptor, char *buffer) {
  char link[64];
  int saved = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, buffer, PATH_MAX);
  buffer[length > 0 ? length : 0] = 0;
  errno = saved;
  return buffer;
}

static enum verdict judge_open(enum kind kind, const char *name, int descriptor) {
  char path[PATH_MAX + 1];
  return judge(kind, name, path_of(descriptor, path));
}

static enum verdict judge_at(enum kind kind, const char *name, int folder, const char *path) {
  char whole[2 * PATH_MAX + 2];
  if (path[0] == '/' || folder == AT_FDCWD) return judge(kind, name, path);
  path_of(folder, whole);
  strcat(whole, "/");
  strncat(whole, path, PATH_MAX);
  return judge(kind, name, whole);
}

static int read_report(void) {
  int descriptor = memfd_create("report", 0);
  pthread_mutex_lock(&guard);
  if (REAL(write)(descriptor, log_text, log_length) != (ssize_t)log_length) abort();
  pthread_mutex_unlock(&guard);
  lseek(descriptor, 0, SEEK_SET);
  return descriptor;
}

static int steer(const char *command) {
  char word[8] = "";
  if (strcmp(command, "report") == 0) return read_report();
  pthread_mutex_lock(&guard);
  is_armed = 0;
  if (strncmp(command, "arm/", 4) == 0) {
    first = second = count = is_cut = 0;
    log_length = 0;
    if (sscanf(command, "arm/%7[a-z]/%d/%d/%d", word, &fault, &first, &second) < 3) abort();
    mode = strcmp(word, "on") == 0 ? ON : strcmp(word, "short") == 0 ? SHORT : ONCE;
    is_armed = 1;
  }
  pthread_mutex_unlock(&guard);
  errno = ENOENT;
  return -1;
}

#define MODE_ARGUMENT                                   \
  mode_t permissions = 0;                               \
  if (flags & (O_CREAT | O_TMPFILE)) {                  \
    va_list list;                                       \
    va_start(list, flags);                              \
    permissions = va_arg(list, mode_t);                 \
    va_end(list);                                       \
  }

static int is_writing(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)); }
static enum kind kind_of_open(int flags) { return flags & O_CREAT ? GROWS : FREES; }

#define OPEN(name)                                                                         \
  int name(const char *path, int flags, ...) {                                             \
    MODE_ARGUMENT                                                                          \
    if (strncmp(path, CONTROL, strlen(CONTROL)) == 0) return steer(path + strlen(CONTROL)); \
    if (is_writing(flags) && judge(kind_of_open(flags), "open", path)) return -1;          \
    return REAL(name)(path, flags, permissions);                                           \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                \
  int name(int folder, const char *path, int flags, ...) {                                          \
    MODE_ARGUMENT                                                                                   \
    if (is_writing(flags) && judge_at(kind_of_open(flags), "openat", folder, path)) return -1;      \
    return REAL(name)(folder, path, flags, permissions);                                            \
  }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int descriptor, const void *bytes, size_t length) {
  enum verdict verdict = judge_open(WRITES, "write", descriptor);
  if (verdict == FAIL) return -1;
  return REAL(write)(descriptor, bytes, verdict == CUT ? length / 2 : length);
}

#define PWRITE(name, offset_type)                                                             \
  ssize_t name(int descriptor, const void *bytes, size_t length, offset_type offset) {        \
    enum verdict verdict = judge_open(WRITES, "pwrite", descriptor);                          \
    if (verdict == FAIL) return -1;                                                           \
    return REAL(name)(descriptor, bytes, verdict == CUT ? length / 2 : length, offset);       \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

/* A cut vector writes half of its first part. */
static ssize_t write_part(int descriptor, const struct iovec *parts, off64_t offset) {
  size_t half = parts[0].iov_len / 2;
  return offset < 0 ? REAL(write)(descriptor, parts[0].iov_base, half)
                    : REAL(pwrite64)(descriptor, parts[0].iov_base, half, offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count_of_parts) {
  enum verdict verdict = judge_open(WRITES, "writev", descriptor);
  if (verdict == FAIL) return -1;
  return verdict == CUT ? write_part(descriptor, parts, -1) : REAL(writev)(descriptor, parts, count_of_parts);
}

#define PWRITEV(name, offset_type)                                                                          \
  ssize_t name(int descriptor, const struct iovec *parts, int count_of_parts, offset_type offset) {         \
    enum verdict verdict = judge_open(WRITES, "pwritev", descriptor);                                       \
    if (verdict == FAIL) return -1;                                                                         \
    return verdict == CUT ? write_part(descriptor, parts, offset)                                           \
                          : REAL(name)(descriptor, parts, count_of_parts, offset);                          \
  }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

#define ON_DESCRIPTOR(kind, name, parameters, arguments)      \
  int name parameters {                                       \
    if (judge_open(kind, #name, descriptor)) return -1;       \
    return REAL(name) arguments;                              \
  }
ON_DESCRIPTOR(FREES, ftruncate, (int descriptor, off_t length), (descriptor, length))
ON_DESCRIPTOR(FREES, ftruncate64, (int descriptor, off64_t length), (descriptor, length))
ON_DESCRIPTOR(GROWS, fallocate, (int descriptor, int how, off_t at, off_t length), (descriptor, how, at, length))
ON_DESCRIPTOR(GROWS, fallocate64, (int descriptor, int how, off64_t at, off64_t length), (descriptor, how, at, length))
ON_DESCRIPTOR(FREES, fchmod, (int descriptor, mode_t bits), (descriptor, bits))
ON_DESCRIPTOR(FREES, fchown, (int descriptor, uid_t owner, gid_t group), (descriptor, owner, group))

/* Durability is not looked at here, so nothing waits for the disk. */
#define SYNC(name)                                                                      \
  int name(int descriptor) {                                                            \
    char path[PATH_MAX + 1];                                                            \
    if (!is_inside(path_of(descriptor, path))) return REAL(name)(descriptor);           \
    return judge(GROWS, #name, path) ? -1 : 0;                                          \
  }
SYNC(fsync)
SYNC(fdatasync)

/* These return the error instead of setting errno. */
#define POSIX_FALLOCATE(name, offset_type)                          \
  int name(int descriptor, offset_type at, offset_type length) {    \
    if (judge_open(GROWS, #name, descriptor)) return fault;         \
    return REAL(name)(descriptor, at, length);                      \
  }
POSIX_FALLOCATE(posix_fallocate, off_t)
POSIX_FALLOCATE(posix_fallocate64, off64_t)

/* A network disk reports late what it could not write: the descriptor is closed all the same. */
int close(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  int has_failed = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && judge_open(GROWS, "close", descriptor);
  int result = REAL(close)(descriptor);
  if (!has_failed) return result;
  errno = fault;
  return -1;
}

#define ON_PATH(kind, name, parameters, arguments)     \
  int name parameters {                                \
    if (judge(kind, #name, path)) return -1;           \
    return REAL(name) arguments;                       \
  }
ON_PATH(FREES, unlink, (const char *path), (path))
ON_PATH(FREES, remove, (const char *path), (path))
ON_PATH(FREES, rmdir, (const char *path), (path))
ON_PATH(FREES, chmod, (const char *path, mode_t bits), (path, bits))
ON_PATH(FREES, truncate, (const char *path, off_t length), (path, length))
ON_PATH(FREES, truncate64, (const char *path, off64_t length), (path, length))
ON_PATH(GROWS, mkdir, (const char *path, mode_t bits), (path, bits))
ON_PATH(FREES, rename, (const char *from, const char *path), (from, path))
ON_PATH(GROWS, link, (const char *from, const char *path), (from, path))
ON_PATH(GROWS, symlink, (const char *to, const char *path), (to, path))

int unlinkat(int folder, const char *path, int flags) {
  if (judge_at(FREES, "unlinkat", folder, path)) return -1;
  return REAL(unlinkat)(folder, path, flags);
}

char *mkdtemp(char *path) {
  if (judge(GROWS, "mkdtemp", path)) return NULL;
  return REAL(mkdtemp)(path);
}
