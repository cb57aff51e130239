/* A disk that forgets what was written but not synced, for programs that are given this library by
 * LD_PRELOAD (tests/chaos/disk.py builds it, and plays the power failure).
 *
 * Below the folder FORGETS_FOLDER, each fsync and fdatasync, and each write to a file that was
 * opened with O_SYNC or O_DSYNC, is noted below FORGETS_KEPT:
 *
 *     data/KEY     what a file held when it was last synced; KEY: its inode, and when that was made
 *     names/PATH   a directory, in which .forgets links to its key; or a link to the words
 *                  "KEY MODE UID GID" for a file, "-> TARGET" for a link
 *
 * Sync of a file notes what it holds and the name it has, as ext4, xfs and btrfs do. Sync of a
 * directory notes all names that stand in it, and that others are gone: a file that has a name and
 * was never synced is empty. So renames need not be looked at. sync, syncfs, sync_file_range and
 * msync do not count: neither PostgreSQL nor the monitor relies on them.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define PIECE_BYTES 65536
#define MARK ".forgets" /* in each noted directory: a link to its key, which a rename leaves */

static void fail(const char *what, const char *path) {
    fprintf(stderr, "forgets.c: %s %s: %s\n", what, path, strerror(errno));
    abort(); /* a disk of which nothing is known proves nothing */
}

static void joined(char *into, const char *head, const char *middle, const char *tail) {
    if (snprintf(into, PATH_BYTES, "%s%s%s", head, middle, tail) >= PATH_BYTES) {
        errno = ENAMETOOLONG;
        fail("name", tail);
    }
}

/* Where what is noted stands; NULL: nothing is to be noted. */
static const char *kept(void) {
    return getenv("FORGETS_FOLDER") ? getenv("FORGETS_KEPT") : NULL;
}

/* The place of an open file below the folder, with the slash before it; 0: it is none of ours. */
static int place_of(int fd, char *place) {
    const char *folder = getenv("FORGETS_FOLDER");
    char link[64], path[PATH_BYTES];
    size_t size = strlen(folder);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, size) || (path[size] != '/' && path[size])) return 0;
    if (length > 10 && !strcmp(path + length - 10, " (deleted)")) return 0;
    strcpy(place, path + size);
    return 1;
}

static int key_of(int at, const char *name, int flags, struct statx *found, char *key) {
    if (statx(at, name, flags | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, found))
        return -1;
    snprintf(key, 80, "%llx-%llx-%x", (unsigned long long)found->stx_ino,
             (unsigned long long)found->stx_btime.tv_sec, found->stx_btime.tv_nsec);
    return 0;
}

/* Make a directory of what is noted, or take that which was noted under another name beside it.
 * Whoever syncs must get there, whose process it is. */
static void make(const char *path, const char *key) {
    char parent[PATH_BYTES], other[PATH_BYTES], words[80];
    struct stat known;
    if (!lstat(path, &known)) return;
    joined(parent, path, "", "");
    *strrchr(parent, '/') = 0;
    DIR *beside = opendir(parent);
    if (!beside) fail("opendir", parent);
    for (struct dirent *each; (each = readdir(beside));) {
        if (!strcmp(each->d_name, ".") || !strcmp(each->d_name, "..")) continue;
        joined(other, parent, "/", each->d_name);
        strncat(other, "/" MARK, PATH_BYTES - strlen(other) - 1);
        ssize_t size = readlink(other, words, sizeof words - 1);
        if (size != (ssize_t)strlen(key) || memcmp(words, key, size)) continue;
        *strrchr(other, '/') = 0;
        if (rename(other, path)) fail("rename", path);
        closedir(beside);
        return;
    }
    closedir(beside);
    joined(other, path, "/", MARK);
    if (mkdir(path, 0777) || chmod(path, 0777) || symlink(key, other)) fail("mkdir", path);
}

/* Make the directories of what is noted that a place lies in. */
static void make_above(char *place) {
    char path[PATH_BYTES], live[PATH_BYTES], key[80];
    struct statx found;
    for (char *slash = strchr(place + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        joined(path, kept(), "/names", place);
        joined(live, getenv("FORGETS_FOLDER"), "", place);
        if (!key_of(AT_FDCWD, live, 0, &found, key)) make(path, key);
        *slash = '/';
    }
}

static int open_data(const char *key) {
    char path[PATH_BYTES];
    joined(path, kept(), "/data/", key);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) fail("open", path);
    fchmod(fd, 0666); /* of another's it has been done */
    return fd;
}

static void put_data(int fd, const char *key) {
    static __thread char now[PIECE_BYTES], before[PIECE_BYTES];
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int from = open(link, O_RDONLY | O_CLOEXEC), into = open_data(key);
    if (from < 0) fail("open", link);
    flock(into, LOCK_EX); /* so that nobody puts what he read earlier over what is newer */
    off_t at = 0;
    for (ssize_t size; (size = pread(from, now, PIECE_BYTES, at)) > 0; at += size)
        if (pread(into, before, size, at) != size || memcmp(now, before, size))
            if (pwrite(into, now, size, at) != size) fail("write", key);
    if (ftruncate(into, at)) fail("truncate", key);
    close(into);
    close(from);
}

static void put_name(const char *path, const char *words) {
    char before[PATH_BYTES], partial[PATH_BYTES];
    ssize_t size = readlink(path, before, sizeof before - 1);
    if (size == (ssize_t)strlen(words) && !memcmp(before, words, size)) return;
    joined(partial, kept(), "/partial", "");
    unlink(partial); /* there is one at a time: the lock is held */
    if (symlink(words, partial) || rename(partial, path)) fail("link", path);
}

static void remove_all(const char *path) {
    char below[PATH_BYTES];
    if (!unlink(path) || errno == ENOENT) return;
    DIR *names = opendir(path);
    if (!names) fail("remove", path);
    for (struct dirent *each; (each = readdir(names));)
        if (strcmp(each->d_name, ".") && strcmp(each->d_name, "..")) {
            joined(below, path, "/", each->d_name);
            remove_all(below);
        }
    closedir(names);
    if (rmdir(path)) fail("rmdir", path);
}

static void words_of(const struct statx *found, const char *key, char *words) {
    snprintf(words, 160, "%s %o %u %u", key, found->stx_mode & 07777, found->stx_uid,
             found->stx_gid);
}

static void put_entry(int directory, const char *name, const char *path) {
    struct statx found;
    char key[80], words[PATH_BYTES];
    if (key_of(directory, name, 0, &found, key)) return; /* it went meanwhile */
    if (S_ISDIR(found.stx_mode)) {
        make(path, key);
    } else if (S_ISLNK(found.stx_mode)) {
        strcpy(words, "-> ");
        ssize_t size = readlinkat(directory, name, words + 3, sizeof words - 4);
        if (size < 0) return;
        words[3 + size] = 0;
        put_name(path, words);
    } else if (S_ISREG(found.stx_mode)) {
        close(open_data(key));
        words_of(&found, key, words);
        put_name(path, words);
    }
}

static void put_directory(int fd, const char *path) {
    char link[64], below[PATH_BYTES];
    struct stat found;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    DIR *names = opendir(link);
    if (!names) fail("opendir", link);
    for (struct dirent *each; (each = readdir(names));)
        if (strcmp(each->d_name, ".") && strcmp(each->d_name, "..")) {
            joined(below, path, "/", each->d_name);
            put_entry(dirfd(names), each->d_name, below);
        }
    DIR *noted = opendir(path);
    if (!noted) fail("opendir", path);
    for (struct dirent *each; (each = readdir(noted));)
        if (strcmp(each->d_name, MARK) &&
            fstatat(dirfd(names), each->d_name, &found, AT_SYMLINK_NOFOLLOW)) {
            joined(below, path, "/", each->d_name);
            remove_all(below);
        }
    closedir(noted);
    closedir(names);
}

/* Note what an open file or directory is now. */
static void note(int fd) {
    char place[PATH_BYTES], path[PATH_BYTES], key[80], words[160];
    struct statx found;
    int error = errno;
    if (!kept() || !place_of(fd, place) || key_of(fd, "", AT_EMPTY_PATH, &found, key)) return;
    if (S_ISREG(found.stx_mode)) put_data(fd, key);
    joined(path, kept(), "/lock", "");
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0) fail("open", path);
    fchmod(lock, 0666);
    flock(lock, LOCK_EX);
    if (place_of(fd, place)) { /* under the lock: it may have been renamed */
        joined(path, kept(), "/names", place);
        make_above(place);
        if (S_ISDIR(found.stx_mode)) {
            if (*place) make(path, key);
            put_directory(fd, path);
        } else if (S_ISREG(found.stx_mode)) {
            words_of(&found, key, words);
            put_name(path, words);
        }
    }
    close(lock);
    errno = error;
}

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

int fsync(int fd) {
    static int (*call)(int);
    if (!call) call = real("fsync");
    note(fd);
    return call(fd);
}

int fdatasync(int fd) {
    static int (*call)(int);
    if (!call) call = real("fdatasync");
    note(fd);
    return call(fd);
}

#define WRITING(name, words, given)                                                               \
    ssize_t name words {                                                                          \
        static ssize_t(*call) words;                                                              \
        if (!call) call = real(#name);                                                            \
        ssize_t done = call given;                                                                \
        if (done >= 0 && kept() && (fcntl(fd, F_GETFL) & O_DSYNC)) note(fd);                      \
        return done;                                                                              \
    }

WRITING(write, (int fd, const void *data, size_t size), (fd, data, size))
WRITING(pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
WRITING(pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
WRITING(writev, (int fd, const struct iovec *parts, int many), (fd, parts, many))
WRITING(pwritev, (int fd, const struct iovec *parts, int many, off_t at), (fd, parts, many, at))
WRITING(pwritev64, (int fd, const struct iovec *parts, int many, off64_t at),
        (fd, parts, many, at))
