#pragma once

// Where two JSON values differ, for people: a pointer, what was expected and what was found.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace swiftgrid::control {

struct Difference {
    std::string pointer;
    std::optional<json::value> expected;  // nothing: it should not be there
    std::optional<json::value> found;     // nothing: it is not there

    bool operator==(const Difference&) const = default;
};

enum class Match {
    partial,  // an object found may have members that the expected one does not name
    exact,
};

class Differences {
public:
    Differences(Match match, std::size_t count_max) : match_(match), count_max_(count_max) {}

    // `pointer` is that of both values.
    void compare(const std::string& pointer, const json::value& expected, const json::value& found);
    // Values that are too long to read are cut.
    void add(Difference difference);

    const std::vector<Difference>& items() const { return items_; }
    bool is_full() const { return items_.size() >= count_max_; }

private:
    void compare_objects(const std::string& pointer, const json::object& expected,
                         const json::object& found);
    void compare_arrays(const std::string& pointer, const json::array& expected,
                        const json::array& found);

    Match match_;
    std::size_t count_max_;
    std::vector<Difference> items_;
};

// "/a~1b" for the member "a/b" of the whole.
std::string pointer_below(const std::string& pointer, std::string_view name);

// [{ pointer, <expected>, <found> }]; what is not there is left out.
json::array differences_json(const std::vector<Difference>& differences,
                             std::string_view expected_name, std::string_view found_name);

// A value for people: too long ones become the beginning of their text.
json::value shortened(const json::value& value);

}  // namespace swiftgrid::control
