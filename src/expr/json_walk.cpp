#include "expr/json_walk.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace swiftgrid::expr {
namespace {

constexpr std::array<bool, 256> structure_bytes = [] {
    std::array<bool, 256> bytes{};
    for (const char c : {'"', '{', '}', '[', ']'}) bytes[static_cast<unsigned char>(c)] = true;
    return bytes;
}();

bool is_structure(char c) { return structure_bytes[static_cast<unsigned char>(c)]; }

class Walk {
public:
    explicit Walk(std::string_view json) : json_(json) {}

    char here() const {
        SG_ASSERT(at_ < json_.size(), "JsonText holds complete JSON");
        return json_[at_];
    }
    std::string_view rest() const { return json_.substr(at_); }
    void skip_one() { ++at_; }

    std::string_view skip_string() {
        const std::size_t begin = at_++;
        for (;;) {
            at_ = json_.find('"', at_);
            SG_ASSERT(at_ != std::string_view::npos, "JsonText holds complete JSON");
            std::size_t backslashes = 0;
            while (json_[at_ - 1 - backslashes] == '\\') ++backslashes;
            ++at_;
            if (backslashes % 2 == 0) return json_.substr(begin, at_ - begin);
        }
    }

    std::string_view skip_value() {
        const std::size_t begin = at_;
        if (here() == '"') return skip_string();
        if (here() == '{' || here() == '[')
            skip_brackets();
        else
            at_ = std::min(json_.find_first_of(",]}", at_), json_.size());
        return json_.substr(begin, at_ - begin);
    }

private:
    // The hot loop of large results: one comparison decides for most bytes.
    void skip_brackets() {
        std::size_t depth = 0;
        do {
            while (at_ < json_.size() && !is_structure(json_[at_])) ++at_;
            const char c = here();
            if (c == '"') {
                skip_string();
                continue;
            }
            depth += c == '{' || c == '[' ? 1 : 0;
            depth -= c == '}' || c == ']' ? 1 : 0;
            ++at_;
        } while (depth > 0);
    }

    std::string_view json_;
    std::size_t at_ = 0;
};

// Names are compared after unescaping, so that "a\u0062" is found as "ab".
bool is_name(std::string_view quoted, std::string_view name) {
    const std::string_view inner = quoted.substr(1, quoted.size() - 2);
    if (inner.find('\\') == std::string_view::npos) return inner == name;
    return JsonText::trusted(std::string(quoted)).as_plain_text() == name;
}

std::optional<std::string_view> find_member(std::string_view json, std::string_view name) {
    Walk walk(json);
    do {
        walk.skip_one();  // the opening brace, or a comma
        if (walk.here() == '}') return std::nullopt;
        const std::string_view member = walk.skip_string();
        walk.skip_one();  // the colon
        if (is_name(member, name)) return walk.rest();
        walk.skip_value();
    } while (walk.here() == ',');
    return std::nullopt;
}

std::optional<std::string_view> find_element(std::string_view json, std::size_t index) {
    Walk walk(json);
    do {
        walk.skip_one();  // the opening bracket, or a comma
        if (walk.here() == ']') return std::nullopt;
        if (index-- == 0) return walk.rest();
        walk.skip_value();
    } while (walk.here() == ',');
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> find_child(std::string_view json, const JsonStep& step) {
    const auto* name = std::get_if<std::string>(&step);
    const auto* index = std::get_if<std::size_t>(&step);
    if (json.front() == '{') return find_member(json, name ? *name : std::to_string(*index));
    if (json.front() == '[' && index) return find_element(json, *index);
    return std::nullopt;
}

std::string_view first_value(std::string_view json) { return Walk(json).skip_value(); }

std::size_t element_count(std::string_view json) {
    SG_ASSERT(json.starts_with('['), "only arrays have elements");
    Walk walk(json);
    std::size_t count = 0;
    do {
        walk.skip_one();
        if (walk.here() == ']') return count;
        walk.skip_value();
        ++count;
    } while (walk.here() == ',');
    return count;
}

}  // namespace swiftgrid::expr
