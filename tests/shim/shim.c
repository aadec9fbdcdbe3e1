/* Fault injection and recording at the C library's file calls, for Linux with glibc.
 *
 * Loaded with LD_PRELOAD, it counts the calls on paths below one folder, lets one of them fail or kills the
 * process there, and logs all of them. Environment:
 *
 *   HUSTINGS_SHIM_ROOT   absolute path of the folder; without it, no call is touched
 *   HUSTINGS_SHIM_CALLS  kinds of calls to count, separated by commas; default: all
 *   HUSTINGS_SHIM_PATH   count only calls on paths that contain this text
 *   HUSTINGS_SHIM_NTH    number of the call that is acted on, counted from 1
 *   HUSTINGS_SHIM_SPAN   "once" (default), or "on": all counted calls after it as well
 *   HUSTINGS_SHIM_ACT    errno as a number, "short" (half a read or write), "kill-before", "kill-half"
 *                        (half a write, and a kill) or "kill-after"
 *   HUSTINGS_SHIM_LOG    file to append a record of each call to, counted or not
 *   HUSTINGS_SHIM_CLOCK  CLOCK_REALTIME in seconds since 1970; works without a folder
 *
 * Kinds: open, create, read, write, sync, range (sync_file_range), truncate, rename, unlink, mkdir, rmdir, stat,
 * opendir, list (readdir), lock, chmod.
 *
 * A record is a line "kind result offset length path" and, for a write, `length` bytes. Where two paths are
 * named, the unit separator 0x1f stands between them. The result is what the call returned, or the errno,
 * negative (ECANCELED when the process was killed before the call). An exclamation mark after the kind says that
 * the shim acted on the call.
 *
 * One mutex is held from before a call until its record is written, so records are in the order of the calls,
 * and no call is under way unrecorded when the process is killed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The function that is interposed. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum act { NONE, ERRNO, SHORT, KILL_BEFORE, KILL_HALF, KILL_AFTER };
static const char *root, *calls, *part, *clock_text;
static size_t root_length;
static unsigned long nth, count;
static int on, log_fd = -1, error;
static enum act act;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

struct call {
    const char *kind;
    char path[2 * PATH_MAX + 2];
    int below, half, kill; /* Below the folder; cut to half; killed at its end. */
};

__attribute__((constructor)) static void configure(void) {
    const char *text = getenv("HUSTINGS_SHIM_ACT"), *names[] = {"short", "kill-before", "kill-half", "kill-after"};
    clock_text = getenv("HUSTINGS_SHIM_CLOCK");
    calls = getenv("HUSTINGS_SHIM_CALLS");
    part = getenv("HUSTINGS_SHIM_PATH");
    if (text && getenv("HUSTINGS_SHIM_NTH")) {
        nth = strtoul(getenv("HUSTINGS_SHIM_NTH"), NULL, 10);
        act = ERRNO;
        for (int at = 0; at < 4; at++)
            act = strcmp(text, names[at]) ? act : SHORT + (enum act)at;
        error = atoi(text);
        text = getenv("HUSTINGS_SHIM_SPAN");
        on = text && !strcmp(text, "on");
    }
    if ((text = getenv("HUSTINGS_SHIM_LOG"))) {
        int fd = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 500); /* Out of the way of the program's own. */
        syscall(SYS_close, fd);
    }
    if ((root = getenv("HUSTINGS_SHIM_ROOT")))
        root_length = strlen(root);
}

static void record(const char *kind, int acted, long result, long long offset, const char *path, const void *data,
                   size_t length) {
    char line[2 * PATH_MAX + 100];
    const char *mark = acted ? "!" : "";
    int size = snprintf(line, sizeof line, "%s%s %ld %lld %zu %s\n", kind, mark, result, offset, length, path);
    struct iovec parts[] = {{line, size}, {(void *)data, length}};
    if (log_fd >= 0)
        syscall(SYS_writev, log_fd, parts, 2);
}

static int is_counted(const struct call *call) {
    const char *at = calls;
    size_t length = strlen(call->kind);
    if (part && !strstr(call->path, part))
        return 0;
    for (; at && (at = strstr(at, call->kind)); at += length)
        if ((at == calls || at[-1] == ',') && (at[length] == ',' || !at[length]))
            return 1;
    return !calls;
}

static void die(void) {
    for (;;)
        syscall(SYS_kill, getpid(), SIGKILL);
}

/* Absolute path of a name in a folder; of none, where the system is only asked whether it has a call. */
static void resolve(int folder, const char *name, char *path) {
    char link[40];
    long length = 0;
    name = name ? name : "/";
    if (name[0] != '/') {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = syscall(SYS_readlinkat, AT_FDCWD, folder == AT_FDCWD ? "/proc/self/cwd" : link, path, PATH_MAX - 1);
        length = length < 0 ? 0 : length;
        if (name[0])
            path[length++] = '/';
    }
    snprintf(path + length, PATH_MAX - length, "%s", name);
}

static int is_below(const char *path) {
    return root && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static int is_fd_below(int fd) {
    char path[PATH_MAX];
    resolve(fd, "", path);
    return is_below(path);
}

/* Begins a call on `call->path`. Nonzero when it fails; errno says why. */
static int begin(struct call *call, const char *kind) {
    call->kind = kind;
    call->half = call->kill = 0;
    call->below = is_below(call->path);
    if (!call->below)
        return 0;
    pthread_mutex_lock(&mutex);
    if (act == NONE || !is_counted(call) || ++count < nth || (count > nth && !on))
        return 0;
    int is_write = !strcmp(kind, "write"), is_read = !strcmp(kind, "read");
    if (act == KILL_BEFORE || (act == KILL_HALF && !is_write)) {
        record(kind, 1, -ECANCELED, 0, call->path, NULL, 0);
        die();
    }
    call->half = act == KILL_HALF || (act == SHORT && (is_write || is_read));
    call->kill = act == KILL_HALF || act == KILL_AFTER;
    if (act != ERRNO)
        return 0;
    record(kind, 1, -error, 0, call->path, NULL, 0);
    pthread_mutex_unlock(&mutex);
    errno = error;
    return 1;
}

/* Ends a call that was not refused. */
static void end(struct call *call, long result, long long offset, const void *data) {
    int kept = errno;
    if (!call->below)
        return;
    record(call->kind, call->half || call->kill, result < 0 ? -kept : result, offset, call->path, data,
           data && result > 0 ? result : 0);
    if (call->kill)
        die();
    pthread_mutex_unlock(&mutex);
    errno = kept;
}

static int begin_at(struct call *call, const char *kind, int folder, const char *name) {
    resolve(folder, name, call->path);
    return begin(call, kind);
}

#define begin_fd(call, kind, fd) begin_at(call, kind, fd, "")
#define HALVED(length) (call.half && length > 1 ? length / 2 : length)

static int open_at(int folder, const char *name, int flags, mode_t mode) {
    struct call call;
    int there = !syscall(SYS_faccessat, folder, name, F_OK);
    const char *kind = flags & O_CREAT && !there ? "create" : flags & O_TRUNC ? "truncate" : "open";
    if (begin_at(&call, kind, folder, name))
        return -1;
    int fd = syscall(SYS_openat, folder, name, flags, mode);
    end(&call, fd, 0, NULL);
    return fd;
}

#define OPEN(name, first, folder) \
    int name(first const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return open_at(folder, path, flags, mode); \
    }
#define FOLDER int folder,
OPEN(open, , AT_FDCWD)
OPEN(open64, , AT_FDCWD)
OPEN(openat, FOLDER, folder)
OPEN(openat64, FOLDER, folder)

/* Defines `name`, which does `real` between the beginning and the end of a call. */
#define WRAP(type, name, parameters, failed, beginning, real, ending) \
    type name parameters { \
        struct call call; \
        if (beginning) \
            return failed; \
        type result = real; \
        ending; \
        return result; \
    }
#define ON_FD(name, parameters, kind, real, offset) \
    WRAP(int, name, parameters, -1, begin_fd(&call, kind, fd), real, end(&call, result, offset, NULL))
#define ON_PATH(name, parameters, kind, folder, real) \
    WRAP(int, name, parameters, -1, begin_at(&call, kind, folder, path), real, end(&call, result, 0, NULL))

WRAP(ssize_t, read, (int fd, void *data, size_t length), -1, begin_fd(&call, "read", fd),
     syscall(SYS_read, fd, data, HALVED(length)), end(&call, result, 0, NULL))
WRAP(ssize_t, pread64, (int fd, void *data, size_t length, off64_t offset), -1, begin_fd(&call, "read", fd),
     syscall(SYS_pread64, fd, data, HALVED(length), offset), end(&call, result, offset, NULL))
WRAP(ssize_t, write, (int fd, const void *data, size_t length), -1, begin_fd(&call, "write", fd),
     syscall(SYS_write, fd, data, HALVED(length)),
     end(&call, result, call.below ? syscall(SYS_lseek, fd, 0, SEEK_CUR) - result : 0, data))
WRAP(ssize_t, pwrite64, (int fd, const void *data, size_t length, off64_t offset), -1, begin_fd(&call, "write", fd),
     syscall(SYS_pwrite64, fd, data, HALVED(length), offset), end(&call, result, offset, data))

/* Of several buffers, only the first that is not empty: a short write. */
ssize_t writev(int fd, const struct iovec *parts, int number) {
    if (!is_fd_below(fd))
        return syscall(SYS_writev, fd, parts, number);
    for (; number > 1 && !parts->iov_len; number--)
        parts++;
    return write(fd, parts->iov_base, parts->iov_len);
}

/* Copies within the kernel are refused; the caller then reads and writes, which is counted and recorded. */
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t length, unsigned flags) {
    int is_free = !is_fd_below(from) && !is_fd_below(to);
    return is_free ? syscall(SYS_copy_file_range, from, at, to, there, length, flags) : (errno = EXDEV, -1);
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t length) {
    int is_free = !is_fd_below(from) && !is_fd_below(to);
    return is_free ? syscall(SYS_sendfile, to, from, at, length) : (errno = EINVAL, -1);
}

ON_FD(fsync, (int fd), "sync", syscall(SYS_fsync, fd), 0)
ON_FD(fdatasync, (int fd), "sync", syscall(SYS_fdatasync, fd), 0)
ON_FD(sync_file_range, (int fd, off64_t at, off64_t length, unsigned flags), "range",
      REAL(sync_file_range)(fd, at, length, flags), at)
ON_FD(ftruncate64, (int fd, off64_t length), "truncate", syscall(SYS_ftruncate, fd, length), length)
ON_FD(flock, (int fd, int operation), "lock", syscall(SYS_flock, fd, operation), operation)
ON_FD(fchmod, (int fd, mode_t mode), "chmod", syscall(SYS_fchmod, fd, mode), 0)
ON_FD(fstat64, (int fd, struct stat64 *into), "stat", REAL(fstat64)(fd, into), 0)
ON_PATH(stat64, (const char *path, struct stat64 *into), "stat", AT_FDCWD, REAL(stat64)(path, into))
ON_PATH(lstat64, (const char *path, struct stat64 *into), "stat", AT_FDCWD, REAL(lstat64)(path, into))
ON_PATH(fstatat64, (int at, const char *path, struct stat64 *into, int flags), "stat", at,
        REAL(fstatat64)(at, path, into, flags))
ON_PATH(statx, (int at, const char *path, int flags, unsigned mask, struct statx *into), "stat", at,
        syscall(SYS_statx, at, path, flags, mask, into))
ON_PATH(unlink, (const char *path), "unlink", AT_FDCWD, syscall(SYS_unlinkat, AT_FDCWD, path, 0))
ON_PATH(unlinkat, (int at, const char *path, int flags), flags &AT_REMOVEDIR ? "rmdir" : "unlink", at,
        syscall(SYS_unlinkat, at, path, flags))
ON_PATH(rmdir, (const char *path), "rmdir", AT_FDCWD, syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR))
ON_PATH(mkdir, (const char *path, mode_t mode), "mkdir", AT_FDCWD, syscall(SYS_mkdirat, AT_FDCWD, path, mode))
WRAP(DIR *, opendir, (const char *path), NULL, begin_at(&call, "opendir", AT_FDCWD, path), REAL(opendir)(path),
     end(&call, result ? 0 : -1, 0, NULL))
WRAP(struct dirent64 *, readdir64, (DIR * folder), NULL, begin_fd(&call, "list", dirfd(folder)),
     REAL(readdir64)(folder), end(&call, 0, 0, NULL))

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    struct call call;
    resolve(from_folder, from, call.path);
    size_t length = strlen(call.path);
    call.path[length] = 0x1f;
    resolve(to_folder, to, call.path + length + 1);
    if (begin(&call, "rename"))
        return -1;
    int result = syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
    end(&call, result, 0, NULL);
    return result;
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int clock_gettime(clockid_t which, struct timespec *into) {
    if (!clock_text || which != CLOCK_REALTIME)
        return syscall(SYS_clock_gettime, which, into);
    into->tv_sec = strtoll(clock_text, NULL, 10);
    into->tv_nsec = 0;
    return 0;
}
