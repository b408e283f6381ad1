// Starts a lesson's program with GIAMBIO_TRACE set; any program that uses the library obeys it.
//
// The real run of the echo server needs clients too, so it is demo.cpp's. Not here: the viewer.
// Kept true: an old trace is gone before the new run begins.
// Internal to lessons/.
#include "lessons/running.hpp"

#include "lessons/child.hpp"
#include "lessons/demo.hpp"
#include "lessons/fault.hpp"

#include <fstream>
#include <system_error>

namespace giambio::lessons {
namespace {

namespace fs = std::filesystem;

fs::path temporary_folder() {
    std::error_code failed;
    const fs::path found = fs::temp_directory_path(failed);  // $TMPDIR, else /tmp
    return failed ? fs::path("/tmp") : found;
}

// Tries it, because rights are not all that can be in the way.
bool can_write(const fs::path& file) {
    const bool was_there = fs::exists(file);
    const bool opened = std::ofstream(file, std::ios::app).is_open();
    std::error_code ignored;
    if (opened && !was_there) fs::remove(file, ignored);
    return opened;
}

// What a process has open keeps its path; it is as good as gone when nothing is in it.
void remove_old(const fs::path& trace) {
    std::error_code failed;
    fs::remove(trace, failed);
    if (failed && fs::file_size(trace) > 0)
        throw fault("the old trace " + trace.string() + " cannot be removed: " + failed.message());
}

}  // namespace

fs::path writable_place(const std::string& file) {
    for (const fs::path& folder : {fs::current_path(), temporary_folder()})
        if (can_write(folder / file)) return folder / file;
    throw fault("neither this folder nor " + temporary_folder().string() +
                " can be written; go to a folder of your own, or set TMPDIR to one");
}

void run_lesson(const lesson& which, world where, const fs::path& trace, bool quiet) {
    remove_old(trace);
    if (where == world::real) {
        if (which.real_program.empty())
            throw fault("lesson " + which.number +
                        " runs under the virtual clock only; leave --real out");
        run_echo_server(which.real_program, trace, quiet);
    } else {
        child program(which.program, {"GIAMBIO_TRACE=" + trace.string()},
                      quiet ? output::read_by_us : output::inherited);
        std::string printed;
        while (const auto line = quiet ? program.read_line() : std::nullopt)
            printed += *line + '\n';
        if (const int code = program.wait(); code != 0)
            throw fault(which.program[0] + " ended with " + std::to_string(code) + "\n" + printed);
    }
    if (!fs::exists(trace) || fs::file_size(trace) == 0)
        throw fault(which.program[0] + " left no trace at " + trace.string() +
                    "; is there room on the disk?");
}

}  // namespace giambio::lessons
