// Writes files: PNG with stb, text as it is.
//
// Called by main.cpp. The PNG is made in memory first, so that what went wrong with the file can be
// told. Not here: pixels.
// Internal to gui/window/; public to it through picture.hpp.
#include "gui/window/picture.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <stb/stb_image_write.h>

namespace giambio::gui {
namespace {

void write_bytes(const std::string& bytes, const std::string& file) {
    errno = 0;
    std::ofstream to(file, std::ios::binary | std::ios::trunc);
    to << bytes;
    to.close();
    if (!to)
        throw unwritable("The file " + file + " cannot be written: " + std::strerror(errno) + ".");
}

void append(void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data),
                                          static_cast<std::size_t>(size));
}

}  // namespace

void write_png(const picture& from, const std::string& file) {
    std::string bytes;
    const int made = stbi_write_png_to_func(append, &bytes, from.width, from.height, 3,
                                            from.pixels.data(), from.width * 3);
    if (made == 0) throw unwritable("The picture " + file + " could not be made.");
    write_bytes(bytes, file);
}

void write_text(const std::string& text, const std::string& file) {
    write_bytes(text, file);
}

}  // namespace giambio::gui
