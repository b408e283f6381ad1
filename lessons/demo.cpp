// Runs two processes, server and clients, then shows what the server's trace tells.
//
// The server says on its log where it listens; the clients are started when that line has come, so
// nothing waits for a fixed time. Not here: the lesson's text (06-echo-server/text.md).
// Kept true: the demo fails when the server does not say goodbye or a client got a wrong answer.
// Internal to lessons/.
#include "lessons/demo.hpp"

#include "lessons/child.hpp"
#include "lessons/fault.hpp"
#include "lessons/running.hpp"
#include "lessons/telling.hpp"
#include "lessons/viewer.hpp"
#include "tracer/model/reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace giambio::lessons {
namespace {

constexpr std::uint16_t usual_port = 25000;
constexpr int number_of_clients = 3;

bool is_free(std::uint16_t port) {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    const bool free = bind(probe, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
    close(probe);
    return free;
}

// Copies lines of the server's log until one says where it listens; returns the port.
std::string port_in_log(child& server, bool quiet) {
    std::string log;
    while (const auto line = server.read_line()) {
        if (!quiet) fmt::print("  {}\n", *line);
        if (line->find("serving asynchronously at") != std::string::npos)
            return line->substr(line->rfind(':') + 1);
        log += *line + '\n';
    }
    throw fault("the echo server ended before it listened:\n" + log);
}

// The clients' own output is short; the server's log is what one watches.
void run_clients(const std::string& port) {
    child clients({"echo-clients", port}, {"GIAMBIO_TRACE="}, output::read_by_us);
    std::string printed;
    while (const auto line = clients.read_line()) printed += *line + '\n';
    if (const int code = clients.wait(); code != 0)
        throw fault(fmt::format("the clients ended with {}:\n{}", code, printed));
}

// Ctrl-C comes only when the server has seen every client leave. It says "Exiting..." last.
void expect_goodbye(child& server, bool quiet) {
    for (int left = 0; left < number_of_clients;) {
        const auto line = server.read_line();
        if (!line) throw fault("the echo server ended before its clients had left");
        if (!quiet) fmt::print("  {}\n", *line);
        if (line->ends_with(" closed")) ++left;
    }
    server.interrupt();
    bool said = false;
    while (const auto line = server.read_line()) {
        if (!quiet) fmt::print("  {}\n", *line);
        said |= *line == "Exiting...";
    }
    if (const int code = server.wait(); code != 0 || !said)
        throw fault(fmt::format("the echo server ended with {} and {} \"Exiting...\"", code,
                                said ? "said" : "did not say"));
}

// The picture shows the middle of the story: several tasks at once, and one of them running.
constexpr std::string_view pictured_step = "bob_got";

int number_of_step(const trace::lesson_text& text, std::string_view id) {
    int number = 0;
    for (const auto& each : text.paragraphs) {
        if (each.seq != 0) ++number;
        if (each.id == id) break;
    }
    return std::max(number, 1);
}

void tell_without_window(const lesson& echo, const std::filesystem::path& trace) {
    const trace::recording run = trace::read_file(trace.string());
    const trace::lesson_text text = trace::read_lesson(echo.folder.string(), run);
    fmt::print("{}", told(text, run));
    const auto picture = writable_place("giambio-demo.png");
    take_picture(trace, echo.folder, number_of_step(text, pictured_step), picture);
    fmt::print("The trace is   {}\nThe picture is {}\n", trace.string(), picture.string());
}

}  // namespace

void run_echo_server(const std::vector<std::string>& server, const std::filesystem::path& trace,
                     bool quiet) {
    std::vector<std::string> command = server;
    if (is_free(usual_port)) {
        command.push_back(std::to_string(usual_port));
    } else {
        if (!quiet) fmt::print("Port {} is busy, so the server takes a free one.\n", usual_port);
        command.emplace_back("0");
    }
    child serving(command, {"GIAMBIO_TRACE=" + trace.string()}, output::read_by_us);
    run_clients(port_in_log(serving, quiet));
    expect_goodbye(serving, quiet);
}

int run_demo(const lesson& echo, bool windowless) {
    const auto trace = writable_place("giambio-demo.jsonl");
    fmt::print("The echo server, and three clients in another process. Its log:\n\n");
    run_lesson(echo, world::real, trace, false);
    fmt::print("\nEverything that the kernel did is in {}\n", trace.string());
    if (!windowless && has_display()) {
        fmt::print("The viewer shows it now, with the text of lesson {}. Close it to go on.\n",
                   echo.number);
        if (show(trace, echo.folder) != 0) windowless = true;
    } else {
        const char* why = windowless ? "No window was wanted" : "There is no display for a window";
        fmt::print("{}: the run is told here, and its middle drawn into a picture.\n\n", why);
        windowless = true;
    }
    if (windowless) tell_without_window(echo, trace);
    fmt::print("\nNext: ./giambio lesson run 03   (the first lesson: who runs, and why)\n");
    return 0;
}

}  // namespace giambio::lessons
