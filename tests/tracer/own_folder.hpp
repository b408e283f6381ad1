// A folder for one test, which is gone afterwards, and the text of a file.
//
// Internal to tests/tracer/.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

struct own_folder {
    own_folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "giambio-tracer-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~own_folder() { std::filesystem::remove_all(path); }
    own_folder(const own_folder&) = delete;
    own_folder& operator=(const own_folder&) = delete;

    std::filesystem::path path;
};

inline std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}
