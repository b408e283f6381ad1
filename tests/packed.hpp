// Packs a text with zstd, for the tests of those who unpack.
//
// Internal to tests/.
#pragma once

#include <zstd.h>

#include <string>

inline std::string packed(const std::string& text) {
    std::string made(ZSTD_compressBound(text.size()), ' ');
    made.resize(ZSTD_compress(made.data(), made.size(), text.data(), text.size(), 1));
    return made;
}
