// The answers to "why?" in words: a sentence, the parts of the delay, the chain of causes.
//
// Not here: finding the answers (why.hpp, critical_path.hpp), options (tracer/commands/why.cpp).
// Internal to tracer/.
#pragma once

#include "tracer/model/critical_path.hpp"
#include "tracer/model/why.hpp"

#include <string>

namespace giambio::trace {

// Why a task was not running after the trace event at this position.
std::string why_not_text(const recording& of, const state& now, std::uint32_t task,
                         const why_answer& answer);

// Why a task ran when it did, from the gap before its step.
std::string why_ran_text(const recording& of, std::uint32_t task, const gap& before);

std::string path_text(const recording& of, const std::vector<path_piece>& path);

// The same as JSON; times in nanoseconds, trace events as seqs.
std::string why_json(const recording& of, const state& now, std::uint32_t task,
                     const why_answer& answer);
std::string gap_json(const recording& of, const gap& before);
std::string path_json(const recording& of, const std::vector<path_piece>& path);

}  // namespace giambio::trace
