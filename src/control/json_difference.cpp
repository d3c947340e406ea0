#include "control/json_difference.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

// 1 and 1.0 are one number, whatever wrote them.
bool same_number(const json::value& left, const json::value& right) {
    if (left == right) return true;
    if (!left.is_double() && !right.is_double()) return false;
    return left.to_number<double>() == right.to_number<double>();
}

// The longest beginning that does not cut a character.
std::string_view beginning_of(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

}  // namespace

void Differences::compare(const std::string& pointer, const json::value& expected,
                          const json::value& found) {
    if (is_full()) return;
    if (expected.is_object() && found.is_object())
        return compare_objects(pointer, expected.get_object(), found.get_object());
    if (expected.is_array() && found.is_array())
        return compare_arrays(pointer, expected.get_array(), found.get_array());
    const bool same = expected.is_number() && found.is_number() ? same_number(expected, found)
                                                                : expected == found;
    if (!same) add({pointer, expected, found});
}

// Cut here already: a report of many runs would hold every long value otherwise.
void Differences::add(Difference difference) {
    if (is_full()) return;
    if (difference.expected) difference.expected = shortened(*difference.expected);
    if (difference.found) difference.found = shortened(*difference.found);
    items_.push_back(std::move(difference));
}

void Differences::compare_objects(const std::string& pointer, const json::object& expected,
                                  const json::object& found) {
    for (const auto& member : expected) {
        const std::string below = pointer_below(pointer, member.key());
        if (const json::value* other = found.if_contains(member.key()))
            compare(below, member.value(), *other);
        else
            add({below, member.value(), std::nullopt});
    }
    if (match_ == Match::partial) return;
    for (const auto& member : found)
        if (!expected.contains(member.key()))
            add({pointer_below(pointer, member.key()), std::nullopt, member.value()});
}

// Lists are compared place by place: one that is longer or shorter differs there.
void Differences::compare_arrays(const std::string& pointer, const json::array& expected,
                                 const json::array& found) {
    const std::size_t both = std::min(expected.size(), found.size());
    for (std::size_t i = 0; i < both && !is_full(); ++i)
        compare(fmt::format("{}/{}", pointer, i), expected[i], found[i]);
    for (std::size_t i = both; i < expected.size() && !is_full(); ++i)
        add({fmt::format("{}/{}", pointer, i), expected[i], std::nullopt});
    for (std::size_t i = both; i < found.size() && !is_full(); ++i)
        add({fmt::format("{}/{}", pointer, i), std::nullopt, found[i]});
}

std::string pointer_below(const std::string& pointer, std::string_view name) {
    std::string below = pointer + '/';
    for (const char c : name) {
        if (c == '~')
            below += "~0";
        else if (c == '/')
            below += "~1";
        else
            below += c;
    }
    return below;
}

json::array differences_json(const std::vector<Difference>& differences,
                             std::string_view expected_name, std::string_view found_name) {
    json::array array;
    for (const Difference& difference : differences) {
        json::object object{{"pointer", difference.pointer}};
        if (difference.expected) object[expected_name] = *difference.expected;
        if (difference.found) object[found_name] = *difference.found;
        array.push_back(std::move(object));
    }
    return array;
}

json::value shortened(const json::value& value) {
    if (!value.is_structured() && !value.is_string()) return value;
    const std::string text = to_json(value);
    if (text.size() <= limits::flow_test_value_bytes) return value;
    return json::value(fmt::format("{} … ({} bytes)",
                                   beginning_of(text, limits::flow_test_value_bytes), text.size()));
}

}  // namespace swiftgrid::control
