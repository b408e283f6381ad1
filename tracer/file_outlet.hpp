// The outlets that write files: as they are, or packed with zstd.
//
// Made by outlet_to. Not here: the outlet for followers (live_outlet.hpp), reading what was packed
// (tracer/model/unpacker.hpp).
// Kept true: a write never raises SIGPIPE in the program; a packed file can be unpacked up to the
// last settle before it was cut.
// Internal to tracer/.
#pragma once

#include "tracer/outlet.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;

namespace giambio {

class file_outlet final : public outlet {
public:
    // Makes the file, a new one in place of an old one; what cannot be replaced is emptied.
    explicit file_outlet(std::string path);
    ~file_outlet() override;

    bool is_open() const override { return fd_ >= 0; }
    bool has_room() override { return true; }
    std::size_t wanted() const override;
    void put(std::string_view bytes) override;
    void settle() override {}
    void finish() override {}

private:
    void ask_for_room(std::size_t bytes);
    void close_file();
    void give_up(int code);

    std::string path_;
    pid_t maker_;             // the process that has opened it
    int fd_ = -1;             // -1: the tracing has ended
    bool is_pipe_ = false;    // it may break
    std::int64_t size_ = 0;   // so much was written
    std::int64_t asked_ = 0;  // the file system has room for so much
    std::int64_t most_;       // the process may write so much
};

class packed_outlet final : public outlet {
public:
    explicit packed_outlet(std::string path);
    ~packed_outlet() override;

    bool is_open() const override { return below_.is_open(); }
    bool has_room() override { return true; }
    void put(std::string_view lines) override;
    void settle() override;
    void finish() override;

private:
    enum class until { room_is_needed, all_is_out, frame_ends };
    void pack(std::string_view lines, until when);

    file_outlet below_;
    std::unique_ptr<ZSTD_CCtx_s, std::size_t (*)(ZSTD_CCtx_s*)> packer_;
    std::string packed_;
    bool ended_ = false;  // the frame has its end
};

}  // namespace giambio
