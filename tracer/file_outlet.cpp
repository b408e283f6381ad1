// Writes files, plain and packed. See file_outlet.hpp.
// Internal to tracer/.
#include "tracer/file_outlet.hpp"

#include <zstd.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

namespace giambio {

namespace {

// A file on a disk has no reader who could go away. What cannot be asked is taken for a pipe.
bool is_pipe(int fd) {
    struct stat about {};
    return fstat(fd, &about) != 0 || !S_ISREG(about.st_mode);
}

// A pipe whose reader is gone must end the tracing, not the program: for the time of a write
// SIGPIPE is held back, and taken away when the write caused it; one that the program holds back
// itself was there before, and stays. That takes three system calls more.
class without_broken_pipe {
public:
    explicit without_broken_pipe(bool is_pipe) : is_pipe_(is_pipe) {
        if (!is_pipe_) return;
        sigset_t pending;
        sigpending(&pending);
        pending_before_ = sigismember(&pending, SIGPIPE) == 1;
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~without_broken_pipe() {
        if (!is_pipe_) return;
        const timespec at_once{};
        const bool is_ours = broken && !pending_before_;
        while (is_ours && sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    bool broken = false;

private:
    const bool is_pipe_;
    bool pending_before_ = false;
    sigset_t pipe_{};
    sigset_t before_{};
};

// Where the links of this path lead at last, also when nothing is there. Those in /proc lead to
// what a process has open and are not followed: /dev/stdout may lead to a file of the shell's by
// them.
std::filesystem::path behind_links(std::filesystem::path path) {
    constexpr int most = 40;  // as many as the system follows
    struct stat of_proc {};
    lstat("/proc/self", &of_proc);
    std::error_code ignored;
    for (int i = 0; i < most; ++i) {
        struct stat there {};
        const bool is_link = lstat(path.c_str(), &there) == 0 && S_ISLNK(there.st_mode);
        if (!is_link || there.st_dev == of_proc.st_dev) break;
        path = path.parent_path() / std::filesystem::read_symlink(path, ignored);
    }
    return path;
}

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

// How large a file of this process may become (`ulimit -f`): a write beyond that ends the program.
std::int64_t most_bytes() {
    rlimit allowed{};
    const bool is_limited =
        getrlimit(RLIMIT_FSIZE, &allowed) == 0 && allowed.rlim_cur != RLIM_INFINITY;
    return is_limited ? static_cast<std::int64_t>(allowed.rlim_cur) : no_limit;
}

// The trace of an earlier run gives its name away and stays whole for those who read it: a viewer
// that has it mapped would die when it shrinks. What is no file is written as it is: a pipe, a
// device, a link in /proc. So is a file that cannot be removed.
void make_way(const std::string& path) {
    const std::filesystem::path file = behind_links(path);
    struct stat there {};
    const bool is_file = lstat(file.c_str(), &there) == 0 && S_ISREG(there.st_mode);
    if (is_file && faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) == 0) unlink(file.c_str());
}

// The levels above this one take longer and pack traces worse, up to a level that is too slow for a
// running program.
constexpr int level = 1;

}  // namespace

// --- plain

file_outlet::file_outlet(std::string path)
    : path_(std::move(path)), maker_(getpid()), most_(most_bytes()) {
    make_way(path_);
    fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd_ < 0) {
        give_up(errno);
    } else {
        is_pipe_ = is_pipe(fd_);
    }
}

file_outlet::~file_outlet() {
    close_file();
}

// To the end of the file's block. Discussion: a system keeps files in pieces of memory, the larger
// the better, that begin at multiples of their size. 128 KB that begin at one take 20 us, elsewhere
// 35 to 70.
std::size_t file_outlet::wanted() const {
    constexpr std::int64_t block = 128 << 10;
    constexpr std::int64_t too_little = 4 << 10;
    const std::int64_t left = block - size_ % block;
    return static_cast<std::size_t>(left > too_little ? left : left + block);
}

void file_outlet::put(std::string_view bytes) {
    without_broken_pipe held(is_pipe_);
    const auto room = static_cast<std::size_t>(is_pipe_ ? no_limit : most_ - size_);
    const bool fits = bytes.size() <= room;
    bytes = bytes.substr(0, room);
    ask_for_room(bytes.size());
    while (fd_ >= 0 && !bytes.empty()) {
        const ssize_t count = write(fd_, bytes.data(), bytes.size());
        if (count >= 0) {
            size_ += count;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            held.broken = errno == EPIPE;
            give_up(errno);
        }
    }
    if (fd_ >= 0 && !fits) give_up(EFBIG);
}

// Discussion: a file system that is not asked for room in advance looks for it at each page: 0.3 us
// of the 1.0 that 4 KB take. A file of which nothing is known yet is not worth it. When the program
// is killed the rest stays with the file, behind its end, until that is removed or written anew; a
// file system that cannot do it says so, and nothing is lost.
void file_outlet::ask_for_room(std::size_t bytes) {
    constexpr std::int64_t worth_it = std::int64_t{1} << 20;
    constexpr std::int64_t at_a_time = std::int64_t{8} << 20;
    if (is_pipe_ || size_ < worth_it) return;
    const std::int64_t needed = size_ + static_cast<std::int64_t>(bytes);
    if (needed <= asked_) return;
    fallocate(fd_, FALLOC_FL_KEEP_SIZE, size_, needed - size_ + at_a_time);
    asked_ = needed + at_a_time;
}

// Gives back the room that was asked for and not needed; not in a child that the program has
// forked, because its parent may have written more meanwhile.
void file_outlet::close_file() {
    if (fd_ < 0) return;
    if (asked_ > size_ && getpid() == maker_) {
        [[maybe_unused]] const int cut = ftruncate(fd_, size_);
    }
    close(fd_);
    fd_ = -1;
}

void file_outlet::give_up(int code) {
    std::fprintf(stderr,
                 "giambio: cannot write the trace %s: %s; the program goes on without it "
                 "(GIAMBIO_TRACE names the file)\n",
                 path_.c_str(), std::strerror(code));
    close_file();
}

// --- packed

packed_outlet::packed_outlet(std::string path)
    : below_(std::move(path)), packer_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
    ZSTD_CCtx_setParameter(packer_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(packer_.get(), ZSTD_c_checksumFlag, 1);
    packed_.resize(ZSTD_CStreamOutSize());
}

packed_outlet::~packed_outlet() {
    finish();
}

void packed_outlet::put(std::string_view lines) {
    pack(lines, until::room_is_needed);
}

// A block ends here, so that all lines up to now can be unpacked; what was seen before still helps
// to pack what follows.
void packed_outlet::settle() {
    pack({}, until::all_is_out);
}

void packed_outlet::finish() {
    if (!ended_) pack({}, until::frame_ends);
    ended_ = true;
}

void packed_outlet::pack(std::string_view lines, until when) {
    constexpr ZSTD_EndDirective words[] = {ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end};
    const ZSTD_EndDirective word = words[static_cast<int>(when)];
    ZSTD_inBuffer in{lines.data(), lines.size(), 0};
    for (bool done = false; !done && is_open();) {
        ZSTD_outBuffer out{packed_.data(), packed_.size(), 0};
        const std::size_t left = ZSTD_compressStream2(packer_.get(), &out, &in, word);
        below_.put({packed_.data(), out.pos});
        done = ZSTD_isError(left) != 0U ||
               (when == until::room_is_needed ? in.pos == in.size : left == 0);
    }
}

}  // namespace giambio
