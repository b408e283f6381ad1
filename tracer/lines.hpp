// Records of the kernel as lines of the trace file.
//
// The writer calls in with each batch, off the hot path. Sites and source files are numbered here
// at their first use, and defined by lines of their own (FORMAT.md).
// Not here: files and errors of writing (writer.cpp), what a record means (kernel/observer.hpp).
// Kept true: a definition stands before the first line that uses it.
// Internal to tracer/.
#pragma once

#include "kernel/observer.hpp"
#include "tracer/kernel_words.hpp"
#include "tracer/line_pen.hpp"
#include "tracer/line_pieces.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace giambio {

class line_maker {
public:
    void header(const run_facts& facts, std::string& out);
    void batch(const record_batch& told, std::string& out);
    // Says that so many records are missing, the last of which is this one.
    void loss(const record& last, std::uint64_t missing, std::string& out);
    void footer(const run_totals& totals, std::string& out, std::uint64_t lost = 0);

private:
    [[gnu::always_inline]] inline void event(const record& told, const record_batch& of,
                                             line_pen& pen);
    void own_keys(const record& told, std::string_view text, line_pen& pen);
    void number_chain(std::span<const site> chain, line_pen& pen);
    [[gnu::always_inline]] inline std::uint32_t number_of_site(const site& at, line_pen& pen);
    std::uint32_t number_of_new_site(const site& at, line_pen& pen);
    std::uint32_t number_of_source(std::string_view file, line_pen& pen);

    using place = std::pair<const char*, std::uint64_t>;
    struct place_hash {
        std::size_t operator()(const place& of) const {
            return std::hash<const void*>()(of.first) ^ (of.second * 0x9e3779b97f4a7c15u);
        }
    };
    std::unordered_map<place, std::uint32_t, place_hash> sites_;
    std::map<std::string, std::uint32_t, std::less<>> sources_;
    std::uint32_t last_site_ = 0;
    struct known_site {
        site at{};
        std::uint32_t number = 0;
    };
    std::array<known_site, 256> recent_{};  // by their address
    line_head head_;
    running_number cause_, to_;
    kernel_words words_;
    std::vector<std::uint32_t> chain_;  // of the line that is being made
};

// Text as a JSON string, quotes included. Bytes that are not UTF-8 become the replacement
// character.
std::string json_string(std::string_view text);

}  // namespace giambio
