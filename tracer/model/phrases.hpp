// Small pieces of English that the sentences, the changes and the reports share.
//
// Called by words.cpp, change.cpp and report.cpp, so that a descriptor, an object or a number of
// tasks is called the same everywhere. Not here: whole sentences, save that of an object's
// operation, whose words are a file of their own.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace giambio::trace {

// "1 task", "3 tasks".
std::string counted(std::int64_t how_many, const std::string& noun);

// " (program.cpp:14)", or empty when the place is not known.
std::string in_brackets(const recording& of, std::uint32_t site_id);

// "read", "written", "read and written" for r, w, rw.
std::string_view mode_text(std::string_view mode);

// "descriptor 7", "timer 3": a noun and the number that a key has; "?" when it is missing.
std::string numbered(const recording& of, const event& that, std::string_view noun, key which);

// The name of the task whose id is this key's number.
std::string task_in(const recording& of, const event& that, key which);

// The name of the object in the key `object`.
std::string object_in(const recording& of, const event& that);

// What a park waits on, after "waits": "for timer 3", "until descriptor 7 can be read", "for lock
// 1", "for the end of #3 cook".
std::string awaited(const recording& of, const event& park);

// What a task did with an object: "#2 cook acquires lock 1" (operations.cpp).
std::string object_operation(const recording& of, const event& that);

// How many characters of UTF-8 it has.
std::size_t characters(std::string_view text);

// In so many columns: with blanks behind it, or cut off and with a ~ where the rest was.
std::string in_columns(std::string_view text, std::size_t width);

}  // namespace giambio::trace
