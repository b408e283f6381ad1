// The commands that pack a trace with zstd and unpack it.
//
// Both stream, so that a trace of any size takes little memory. Not here: how a running program
// packs (tracer/file_outlet.cpp), how the reader unpacks (tracer/model/file_text.cpp).
// Kept true: a file that is there already is not touched unless -f is given, and then only when the
// new one is whole.
// Internal to tracer/.
#include "tracer/commands/commands.hpp"
#include "tracer/commands/output.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/unpacker.hpp"

#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <vector>

namespace giambio::trace::commands {
namespace {

struct options {
    std::string file;
    std::string output;
    bool force = false;
    int level = 1;
};

struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using stream = std::unique_ptr<std::FILE, closer>;

constexpr std::size_t piece = 1 << 20;
constexpr const char* ending = ".zst";

[[noreturn]] void fail(const std::string& file, const std::string& what) {
    throw unreadable(file + " " + what);
}

std::string why() {
    return std::string(" (") + std::strerror(errno) + "). ";
}

stream open_for_reading(const std::string& path) {
    if (std::filesystem::is_directory(path))
        fail(path, "is a directory. Name the trace file inside it.");
    stream file(std::fopen(path.c_str(), "rb"));
    if (!file) fail(path, "cannot be opened" + why() + "Check the path and its permissions.");
    return file;
}

std::string free_name(const std::string& path, bool force) {
    if (!force && path != "-" && std::filesystem::exists(path))
        fail(path, "is there already. Name another file with -o, or write over it with -f.");
    return path;
}

// The next piece of the file; empty at its end.
std::string_view next_piece(std::FILE* from, const std::string& path, std::vector<char>& room) {
    const std::size_t count = std::fread(room.data(), 1, room.size(), from);
    if (std::ferror(from) != 0)
        fail(path, "cannot be read to its end" + why() + "Copy it to another disk and try again.");
    return {room.data(), count};
}

void tell(const output& where, const std::string& from, std::uint64_t taken, const std::string& to,
          std::uint64_t made) {
    std::fprintf(where.beside(), "%s (%llu bytes) -> %s (%llu bytes)\n", from.c_str(),
                 static_cast<unsigned long long>(taken), to.c_str(),
                 static_cast<unsigned long long>(made));
}

class packer {
public:
    explicit packer(int level) : packing_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
        ZSTD_CCtx_setParameter(packing_.get(), ZSTD_c_compressionLevel, level);
        ZSTD_CCtx_setParameter(packing_.get(), ZSTD_c_checksumFlag, 1);
    }

    // An empty text ends what is packed.
    void pack(std::string_view text, output& to) {
        const ZSTD_EndDirective word = text.empty() ? ZSTD_e_end : ZSTD_e_continue;
        ZSTD_inBuffer in{text.data(), text.size(), 0};
        for (bool done = false; !done;) {
            ZSTD_outBuffer out{room_.data(), room_.size(), 0};
            const std::size_t left = ZSTD_compressStream2(packing_.get(), &out, &in, word);
            if (ZSTD_isError(left) != 0U) throw std::runtime_error(ZSTD_getErrorName(left));
            to.write({room_.data(), out.pos});
            made_ += out.pos;
            done = text.empty() ? left == 0 : in.pos == in.size;
        }
    }
    std::uint64_t made() const { return made_; }

private:
    std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> packing_;
    std::vector<char> room_ = std::vector<char>(piece);
    std::uint64_t made_ = 0;
};

void pack(const options& wanted) {
    const stream from = open_for_reading(wanted.file);
    std::vector<char> text(piece);
    std::string_view next = next_piece(from.get(), wanted.file, text);
    if (is_packed(next)) fail(wanted.file, "is packed already.");
    const std::string name =
        free_name(wanted.output.empty() ? wanted.file + ending : wanted.output, wanted.force);
    output to(name);
    packer packing(wanted.level);
    std::uint64_t size = 0;
    for (; !next.empty(); next = next_piece(from.get(), wanted.file, text)) {
        packing.pack(next, to);
        size += next.size();
    }
    packing.pack({}, to);
    to.finish();
    tell(to, wanted.file, size, name, packing.made());
}

std::string name_without_ending(const std::string& file) {
    if (!file.ends_with(ending))
        fail(file, "does not end in .zst, so the unpacked file needs a name: -o NAME.");
    return file.substr(0, file.size() - std::strlen(ending));
}

// What could be unpacked before a damage is kept.
void unpack(const options& wanted) {
    const stream from = open_for_reading(wanted.file);
    std::vector<char> packed(piece);
    std::vector<char> text(piece);
    std::string_view next = next_piece(from.get(), wanted.file, packed);
    if (!is_packed(next)) fail(wanted.file, "is not packed with zstd.");
    const std::string name = free_name(
        wanted.output.empty() ? name_without_ending(wanted.file) : wanted.output, wanted.force);
    output to(name);
    unpacker unpacking;
    for (; !next.empty(); next = next_piece(from.get(), wanted.file, packed))
        while (const std::size_t count = unpacking.step(next, text)) to.write({text.data(), count});
    to.finish();
    tell(to, wanted.file, unpacking.taken(), name, unpacking.made());
    const std::string fault = unpacking.fault_at_end();
    if (fault.empty()) return;
    std::fprintf(stderr, "%s: %s\n", wanted.file.c_str(), fault.c_str());
    throw CLI::RuntimeError(1);
}

}  // namespace

void add_pack(CLI::App& app) {
    CLI::App& command =
        *app.add_subcommand("pack", "Packs a trace with zstd; every command reads it as it is");
    const auto wanted = std::make_shared<options>();
    command.add_option("FILE", wanted->file, "The trace file")->required();
    command.add_option("-o", wanted->output, "The packed file; FILE.zst when it is not named");
    add_number(command, "--level", wanted->level, "How hard to try, from 1 to 19", 1, 19)
        ->default_str(std::to_string(wanted->level));
    command.add_flag("-f", wanted->force, "Write over a file that is there");
    command.callback([wanted] { pack(*wanted); });
}

void add_unpack(CLI::App& app) {
    CLI::App& command = *app.add_subcommand(
        "unpack", "Unpacks a trace; of a damaged one what stands before the damage");
    const auto wanted = std::make_shared<options>();
    command.add_option("FILE", wanted->file, "The packed file")->required();
    command.add_option("-o", wanted->output, "The text; FILE without .zst when it is not named");
    command.add_flag("-f", wanted->force, "Write over a file that is there");
    command.callback([wanted] { unpack(*wanted); });
}

}  // namespace giambio::trace::commands
