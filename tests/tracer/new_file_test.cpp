// Where a trace goes when something of its name is there already: who reads the old one keeps it.
//
// Not here: what is written (writer_test.cpp). Kept true: every test has a folder of its own, which
// is gone afterwards.
#include "tests/catch.hpp"
#include "tests/tracer/own_folder.hpp"
#include "tracer/file_outlet.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace giambio;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, const char* text) {
    file_outlet(file.string()).put(text);
}

// Does this in a process of its own; true when it got through.
template <typename action>
bool apart(action does) {
    const pid_t child = fork();
    if (child == 0) {
        does();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// The same in one that has no more rights than anybody.
template <typename action>
bool as_anybody(action does) {
    return apart([&] {
        constexpr uid_t nobody = 65534;
        if (geteuid() == 0 && setuid(nobody) != 0) _exit(1);
        does();
    });
}

}  // namespace

TEST_CASE("who has the trace of an earlier run open keeps it when the program runs again") {
    const own_folder folder;
    const fs::path file = folder.path / "run.jsonl";
    put(file, "the first run, which is the longer one\n");
    std::ifstream viewer(file, std::ios::binary);
    put(file, "the second\n");
    CHECK(text_of(file) == "the second\n");
    CHECK(std::string(std::istreambuf_iterator<char>(viewer), {}) ==
          "the first run, which is the longer one\n");
}

TEST_CASE("who has the file behind a link open keeps it, too, however many links lead to it") {
    const own_folder folder;
    const fs::path file = folder.path / "run.jsonl", last = folder.path / "last.jsonl";
    put(file, "the first run, which is the longer one\n");
    fs::create_symlink("run.jsonl", last);
    fs::create_symlink(last, folder.path / "newest.jsonl");
    std::ifstream viewer(file, std::ios::binary);
    put(folder.path / "newest.jsonl", "the second\n");
    CHECK(text_of(file) == "the second\n");
    CHECK(fs::is_symlink(last));
    CHECK(std::string(std::istreambuf_iterator<char>(viewer), {}) ==
          "the first run, which is the longer one\n");
}

TEST_CASE("a link that leads nowhere yet brings its file about") {
    const own_folder folder;
    fs::create_symlink("run.jsonl", folder.path / "last.jsonl");
    put(folder.path / "last.jsonl", "trace\n");
    CHECK(text_of(folder.path / "run.jsonl") == "trace\n");
}

TEST_CASE("a link stays a link, and what it leads to is written anew") {
    const own_folder folder;
    const fs::path file = folder.path / "run.jsonl", link = folder.path / "last.jsonl";
    put(file, "the first run\n");
    fs::create_symlink(file, link);
    put(link, "second\n");
    CHECK(fs::is_symlink(link));
    CHECK(text_of(file) == "second\n");
}

TEST_CASE("the file that a shell has opened as standard output is not taken away from it") {
    const own_folder folder;
    const fs::path file = folder.path / "output";
    const int opened = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(write(opened, "before\n", 7) == 7);
    put("/proc/self/fd/" + std::to_string(opened), "trace\n");
    close(opened);
    CHECK(text_of(file) == "trace\n");
}

TEST_CASE("a pipe stays where it is") {
    const own_folder folder;
    const fs::path pipe = folder.path / "pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    put(pipe, "trace\n");
    CHECK(fs::is_fifo(pipe));
    char got[10]{};
    CHECK(read(reader, got, sizeof got) == 6);
    close(reader);
}

TEST_CASE("where nothing may be removed, the file that is there is emptied and written") {
    const own_folder folder;
    const fs::path file = folder.path / "run.jsonl";
    put(file, "the first run\n");
    fs::permissions(file, fs::perms(0666));
    fs::permissions(folder.path, fs::perms(0555));
    CHECK(as_anybody([&] { put(file, "second\n"); }));
    CHECK(text_of(file) == "second\n");
    fs::permissions(folder.path, fs::perms(0755));
}

TEST_CASE("a file that may not be written is kept, although it could be removed") {
    const own_folder folder;
    const fs::path file = folder.path / "run.jsonl";
    put(file, "the first run\n");
    fs::permissions(file, fs::perms(0444));
    fs::permissions(folder.path, fs::perms(0777));
    CHECK(as_anybody([&] { put(file, "second\n"); }));
    CHECK(text_of(file) == "the first run\n");
}

TEST_CASE("a file that may not become larger ends the tracing, not the program") {
    const own_folder folder;
    const fs::path file = folder.path / "run.jsonl";
    const std::string line(900, 'x');
    CHECK(apart([&] {
        const rlimit most{1000, 1000};
        setrlimit(RLIMIT_FSIZE, &most);
        file_outlet outlet(file.string());
        outlet.put(line);
        if (!outlet.is_open()) _exit(2);
        outlet.put(line);
        if (outlet.is_open()) _exit(3);
    }));
    CHECK(text_of(file) == (line + line).substr(0, 1000));
}
