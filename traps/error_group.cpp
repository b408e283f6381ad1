// Groups of errors: their text, and the way into them. See error_group.hpp.
// Internal to traps/.
#include "traps/error_group.hpp"

#include "traps/errors.hpp"

#include <utility>

namespace giambio {

namespace {

// The group inside an error, if it is one. Its memory is the error's.
const error_group* group_in(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const error_group& group) {
        return &group;
    } catch (...) {
        return nullptr;
    }
}

void add_lines(const std::vector<error_group::member>& errors, int depth, std::string& text) {
    for (const error_group::member& each : errors) {
        const error_group* inner = group_in(each.error);
        text += '\n';
        text.append(2 * static_cast<std::size_t>(depth), ' ');
        text += each.task + ": ";
        text += inner != nullptr ? "a group of " + std::to_string(inner->errors().size())
                                 : text_of(each.error);
        if (inner != nullptr) add_lines(inner->errors(), depth + 1, text);
    }
}

std::string tree_of(const std::vector<error_group::member>& errors) {
    std::string text =
        errors.size() == 1 ? "one task failed:" : std::to_string(errors.size()) + " tasks failed:";
    add_lines(errors, 1, text);
    return text;
}

}  // namespace

error_group::error_group(std::vector<member> errors)
    : std::runtime_error(tree_of(errors)), errors_(std::move(errors)) {}

std::vector<error_group::member> error_group::flatten() const {
    std::vector<member> flat;
    for (const member& each : errors_) {
        const error_group* inner = group_in(each.error);
        if (inner == nullptr) {
            flat.push_back(each);
            continue;
        }
        const std::vector<member> below = inner->flatten();
        flat.insert(flat.end(), below.begin(), below.end());
    }
    return flat;
}

void error_group::rethrow_single() const {
    const std::vector<member> flat = flatten();
    if (flat.size() == 1) std::rethrow_exception(flat.front().error);
    throw *this;
}

// The only way to look into an exception_ptr is to throw it.
std::string text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& known) {
        return known.what();
    } catch (const cancelled&) {
        return "cancelled";
    } catch (...) {
        return "an error that is no std::exception";
    }
}

std::exception_ptr unwrap_single(const std::exception_ptr& error) {
    const error_group* group = group_in(error);
    if (group == nullptr || group->errors().size() != 1) return error;
    return unwrap_single(group->errors().front().error);
}

std::exception_ptr as_one_error(const std::vector<error_group::member>& errors) {
    if (errors.size() == 1) return errors.front().error;
    return std::make_exception_ptr(error_group(errors));
}

}  // namespace giambio
