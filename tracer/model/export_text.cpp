// Quoting for JSON, XML and CSV.
//
// Called by every export. Most texts are plain ASCII, and those are copied as they are; the rest is
// the JSON library's work. Not here: numbers, which fmt writes.
// Kept true: bytes that are not UTF-8 become the replacement character.
// Internal to tracer/.
#include "tracer/model/export_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>

namespace giambio::trace {
namespace {

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char each) {
        return each >= ' ' && each < 0x7f && each != '"' && each != '\\' && each != '<';
    });
}

// "</script>" in a text would end the page's script, so no `<` is left.
void hide_brackets(std::string& quoted) {
    for (std::size_t at = quoted.find('<'); at != std::string::npos; at = quoted.find('<', at))
        quoted.replace(at, 1, "\\u003c");
}

void append_value(std::string& to, const recording& of, const event& that, const argument& each,
                  bool in_script) {
    if (each.is_text)
        to += json_text(of.text(that, each.key), in_script);
    else if (shape_of(each.key) == shape::flag)
        to += each.number != 0 ? "true" : "false";
    else
        to += std::to_string(each.number);
}

}  // namespace

std::string json_text(std::string_view plain, bool in_script) {
    std::string quoted;
    if (is_plain(plain)) {
        quoted.reserve(plain.size() + 2);
        quoted += '"';
        quoted += plain;
        quoted += '"';
        return quoted;
    }
    quoted = nlohmann::json(std::string(plain))
                 .dump(-1, ' ', in_script, nlohmann::json::error_handler_t::replace);
    if (in_script) hide_brackets(quoted);
    return quoted;
}

std::string xml_text(std::string_view plain) {
    // The JSON library knows which bytes are UTF-8; XML has no way to write a control character.
    std::string sound;
    if (is_plain(plain)) {
        sound = plain;
    } else {
        const auto replace = nlohmann::json::error_handler_t::replace;
        const std::string quoted = nlohmann::json(std::string(plain)).dump(-1, ' ', false, replace);
        sound = nlohmann::json::parse(quoted).get<std::string>();
    }
    // U+FFFE and U+FFFF are UTF-8 all the same, but no characters of XML.
    for (const std::string_view no_character : {"\xef\xbf\xbe", "\xef\xbf\xbf"})
        for (std::size_t at = sound.find(no_character); at != std::string::npos;
             at = sound.find(no_character, at))
            sound.replace(at, no_character.size(), "\xef\xbf\xbd");
    std::string made;
    for (const char each : sound) {
        if (each == '&')
            made += "&amp;";
        else if (each == '<')
            made += "&lt;";
        else if (each == '>')
            made += "&gt;";
        else if (each == '"')
            made += "&quot;";
        else
            made += static_cast<unsigned char>(each) < ' ' ? ' ' : each;
    }
    return made;
}

std::string csv_field(std::string_view plain) {
    if (plain.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(plain);
    std::string quoted = "\"";
    for (const char each : plain) {
        if (each == '"') quoted += '"';
        quoted += each;
    }
    return quoted + '"';
}

std::string json_arguments(const recording& of, const event& that, bool in_script) {
    std::string made = "{";
    const auto begin_key = [&](std::string_view word) {
        if (made.size() > 1) made += ',';
        made += '"';
        made += word;
        made += "\":";
    };
    for (const argument& each : of.arguments_of(that)) {
        begin_key(word_of(each.key));
        append_value(made, of, that, each, in_script);
    }
    const auto chain = of.chain_of(that);
    if (!chain.empty()) {
        begin_key("chain");
        char before = '[';
        for (const std::uint32_t site : chain) {
            made += before;
            made += std::to_string(site);
            before = ',';
        }
        made += ']';
    }
    return made + "}";
}

}  // namespace giambio::trace
