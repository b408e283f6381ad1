// Several errors that leave a pool, or a run, together, each with the name of its task.
//
// Pools throw it (objects/pool.hpp), `start` when several tasks of the run itself have failed. It
// holds at least one error. Tasks that were merely cancelled are not in it.
// Kept true: the errors stand in the order in which the tasks failed; what() shows them as a tree.
// Public.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace giambio {

class error_group : public std::runtime_error {
public:
    struct member {
        std::string task;  // "#3 cook"
        std::exception_ptr error;
    };

    // Before: not empty.
    explicit error_group(std::vector<member> errors);

    const std::vector<member>& errors() const { return errors_; }

    // The members, with those of groups inside it in place of the groups.
    std::vector<member> flatten() const;

    // Is there an error of this type, however deep? The first one, or null.
    template <class Error>
    std::exception_ptr find() const;
    template <class Error>
    bool contains() const {
        return find<Error>() != nullptr;
    }

    // Throws the error when there is only one, however deep; otherwise the group itself.
    [[noreturn]] void rethrow_single() const;

private:
    std::vector<member> errors_;
};

// What stands in an error: what(), or that it is no std::exception.
std::string text_of(const std::exception_ptr& error);

// The error inside a group of one, however deep; any other error as it is.
std::exception_ptr unwrap_single(const std::exception_ptr& error);

// One error as it is, several as a group. Before: not empty.
std::exception_ptr as_one_error(const std::vector<error_group::member>& errors);

template <class Error>
std::exception_ptr error_group::find() const {
    for (const member& each : flatten()) {
        try {
            std::rethrow_exception(each.error);
        } catch (const Error&) {
            return each.error;
        } catch (...) {  // another type: look on
        }
    }
    return nullptr;
}

}  // namespace giambio
