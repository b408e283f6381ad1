// The text of a packed file, unpacked in a thread of its own while somebody reads what is there.
//
// file_text makes one; reader.cpp takes lines from the front. Discussion: to unpack takes two
// thirds of what reading does. Where there is a second processor it is done there: 92 MB of text
// are read after 0.11 s, as from a plain file, and not after 0.17. Not here: how bytes are unpacked
// (unpacker.cpp), what the text means.
// Kept true: what was told to be there stays where it is and does not change; nobody but the thread
// touches `text_` and `unpacking_` until it has ended.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/growing_text.hpp"
#include "tracer/model/unpacker.hpp"

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace giambio::trace {

class unpacked_text {
public:
    // The packed bytes must stay where they are until `finish` has returned, or this is gone. When
    // it goes before, the rest is not unpacked.
    explicit unpacked_text(std::string_view packed);

    std::string_view so_far();

    // Waits until more than so many bytes of the text are there, or it has ended. Throws what the
    // thread could not get over: std::bad_alloc.
    std::string_view longer_than(std::size_t known);

    // Waits for the end. Returns why the text ends before its time, as a sentence; empty: it is
    // whole.
    std::string finish();

private:
    void unpack(const std::stop_token& unwanted);
    void unpack_all(const std::stop_token& unwanted);

    std::string_view packed_;
    growing_text text_;
    unpacker unpacking_;
    std::mutex mutex_;
    std::condition_variable grown_;
    std::size_t there_ = 0;
    bool ended_ = false;
    std::exception_ptr error_;
    std::jthread thread_;  // the last member, so that it ends before what it works with
};

}  // namespace giambio::trace
