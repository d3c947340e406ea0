#include "nodes/llm_chat/answer_schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/limits.h"
#include "model/schema.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

using model::join_pointer;

// References may go round in circles, and schemas branch: a check ends after so many steps.
constexpr std::size_t steps_max = 100'000;
constexpr std::size_t depth_max = 2 * limits::json_depth;
constexpr std::size_t misfits_max = 5;

constexpr std::array<std::string_view, 7> type_names = {"null",   "boolean", "integer", "number",
                                                        "string", "array",   "object"};

std::string_view view(const json::value& text) { return std::string_view(text.get_string()); }

std::string shown(const json::value& value) {
    constexpr std::size_t bytes_max = 80;
    std::string text = to_json(value);
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end) + "…";
}

bool has_type(const json::value& value, std::string_view type) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_bool();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    if (type == "number") return value.is_number();
    if (const auto* number = value.if_double())
        return std::isfinite(*number) && std::floor(*number) == *number;
    return value.is_int64() || value.is_uint64();
}

bool same(const json::value& one, const json::value& other) {
    if (one.is_number() && other.is_number())
        return one.to_number<double>() == other.to_number<double>();
    return canonical_json(one) == canonical_json(other);
}

// RFC 6901.
std::string unescaped(std::string_view step) {
    std::string name;
    for (std::size_t i = 0; i < step.size(); ++i) {
        const bool is_escape =
            step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1');
        name += is_escape ? (step[++i] == '0' ? '~' : '/') : step[i];
    }
    return name;
}

// "#/$defs/item": only within the document.
const json::value* resolve(const json::object& root, std::string_view reference) {
    if (!reference.starts_with('#')) return nullptr;
    const json::object* object = &root;
    const json::value* found = nullptr;
    reference.remove_prefix(1);
    while (!reference.empty()) {
        if (reference.front() != '/' || object == nullptr) return nullptr;
        reference.remove_prefix(1);
        const std::size_t end = std::min(reference.find('/'), reference.size());
        found = object->if_contains(unescaped(reference.substr(0, end)));
        if (!found) return nullptr;
        object = found->if_object();
        reference.remove_prefix(end);
    }
    return found;
}

class Examiner {
public:
    explicit Examiner(const json::object& root) : root_(root) {}

    std::vector<SchemaNote> examine() {
        look_at(root_, "", 0);
        return std::move(notes_);
    }

private:
    void wrong(const std::string& pointer, std::string what) {
        notes_.push_back({pointer, std::move(what), true});
    }

    void look_at(const json::object& schema, const std::string& pointer, std::size_t depth) {
        if (depth > depth_max) return wrong(pointer, "the schema is too deep");
        if (!seen_.insert(&schema).second) return;
        for (const auto& member : schema)
            keyword(member.key(), member.value(), join_pointer(pointer, member.key()), depth);
    }

    void nested(const json::value& value, const std::string& pointer, std::size_t depth) {
        if (const auto* schema = value.if_object())
            look_at(*schema, pointer, depth + 1);
        else
            wrong(pointer, "expected a schema, which is an object");
    }

    void nested_list(const json::value& value, const std::string& pointer, std::size_t depth) {
        const auto* list = value.if_array();
        if (!list || list->empty()) return wrong(pointer, "expected a list of schemas");
        for (std::size_t i = 0; i < list->size(); ++i)
            nested((*list)[i], join_pointer(pointer, i), depth);
    }

    void nested_members(const json::value& value, const std::string& pointer, std::size_t depth) {
        const auto* members = value.if_object();
        if (!members) return wrong(pointer, "expected an object of names and schemas");
        for (const auto& member : *members)
            nested(member.value(), join_pointer(pointer, member.key()), depth);
    }

    void keyword(std::string_view name, const json::value& value, const std::string& pointer,
                 std::size_t depth) {
        if (is_one_of(name, {"properties", "$defs", "definitions"}))
            return nested_members(value, pointer, depth);
        if (is_one_of(name, {"anyOf", "oneOf", "allOf", "prefixItems"}))
            return nested_list(value, pointer, depth);
        if (is_one_of(name, {"items", "not"})) return nested(value, pointer, depth);
        if (name == "additionalProperties") {
            if (!value.is_bool()) nested(value, pointer, depth);
            return;
        }
        if (name == "type") return type(value, pointer);
        if (name == "$ref") return reference(value, pointer, depth);
        if (name == "enum" || name == "required") return list(name, value, pointer);
        if (is_one_of(name, {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
                             "multipleOf", "minLength", "maxLength", "minItems", "maxItems",
                             "minProperties", "maxProperties"})) {
            const bool is_wrong =
                !value.is_number() || (name == "multipleOf" && !(value.to_number<double>() > 0));
            if (is_wrong) wrong(pointer, "expected a number");
            return;
        }
        if (name == "uniqueItems") {
            if (!value.is_bool()) wrong(pointer, "expected true or false");
            return;
        }
        const bool says_nothing =
            is_one_of(name, {"const", "default", "title", "description", "examples", "$schema",
                             "$id", "$comment", "deprecated", "readOnly", "writeOnly"});
        if (!says_nothing && !name.starts_with("x-")) notes_.push_back({pointer, "", false});
    }

    static bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
        return std::ranges::find(names, name) != names.end();
    }

    void type(const json::value& value, const std::string& pointer) {
        const auto is_name = [](const json::value& each) {
            return each.is_string() &&
                   std::ranges::find(type_names, view(each)) != type_names.end();
        };
        const auto* list = value.if_array();
        const bool is_right =
            list ? !list->empty() && std::ranges::all_of(*list, is_name) : is_name(value);
        if (!is_right)
            wrong(pointer, fmt::format("expected one of {}, or a list of them",
                                       fmt::join(type_names, ", ")));
    }

    // What is referred to may lie where no schema is expected, so that nobody has looked at it.
    void reference(const json::value& value, const std::string& pointer, std::size_t depth) {
        if (value.is_string() && view(value) == "#") return;
        const json::value* target = value.is_string() ? resolve(root_, view(value)) : nullptr;
        if (!target || !target->is_object())
            return wrong(pointer, "expected a schema within this one, such as \"#/$defs/item\"");
        look_at(target->get_object(), pointer, depth + 1);
    }

    void list(std::string_view name, const json::value& value, const std::string& pointer) {
        const auto* entries = value.if_array();
        const bool texts =
            name != "required" || (entries && std::ranges::all_of(*entries, [](const auto& each) {
                                       return each.is_string();
                                   }));
        if (!entries || !texts) wrong(pointer, "expected a list of names");
    }

    const json::object& root_;
    std::set<const json::object*> seen_;
    std::vector<SchemaNote> notes_;
};

class Fitter {
public:
    explicit Fitter(const json::object& root) : root_(root) {}

    // Requires a schema without errors.
    bool fits(const json::object& schema, const json::value& value, const std::string& pointer,
              std::size_t depth = 0) {
        if (++steps_ > steps_max || depth > depth_max)
            return miss(pointer, "the schema is too complicated to check");
        bool fine = true;
        if (const auto* reference = schema.if_contains("$ref"))
            fine = fits(*target(view(*reference)), value, pointer, depth + 1) && fine;
        if (const auto* type = schema.if_contains("type"); type && !matches_type(*type, value))
            return miss(pointer,
                        fmt::format("expected {}, found {}", types_text(*type), shown(value)));
        fine = listed(schema, value, pointer) && fine;
        fine = combined(schema, value, pointer, depth) && fine;
        if (value.is_number()) fine = number(schema, value, pointer) && fine;
        if (const auto* text = value.if_string())
            fine = bounded(schema, {"minLength", "maxLength", "characters"},
                           character_count(std::string_view(*text)), pointer) &&
                   fine;
        if (const auto* object = value.if_object())
            fine = members(schema, *object, pointer, depth) && fine;
        if (const auto* array = value.if_array())
            fine = elements(schema, *array, pointer, depth) && fine;
        return fine;
    }

    std::string misfits() const { return fmt::format("{}", fmt::join(misfits_, "; ")); }

private:
    const json::object* target(std::string_view reference) const {
        return reference == "#" ? &root_ : resolve(root_, reference)->if_object();
    }

    bool miss(const std::string& pointer, std::string_view what) {
        if (misfits_.size() < misfits_max)
            misfits_.push_back(fmt::format("{}: {}", pointer.empty() ? "/" : pointer, what));
        return false;
    }

    static bool matches_type(const json::value& type, const json::value& value) {
        if (type.is_string()) return has_type(value, view(type));
        return std::ranges::any_of(type.get_array(),
                                   [&](const auto& each) { return has_type(value, view(each)); });
    }

    static std::string types_text(const json::value& type) {
        if (type.is_string()) return std::string(view(type));
        std::vector<std::string_view> names;
        for (const json::value& each : type.get_array()) names.push_back(view(each));
        return fmt::format("{}", fmt::join(names, " or "));
    }

    bool listed(const json::object& schema, const json::value& value, const std::string& pointer) {
        const auto* only = schema.if_contains("const");
        if (only && !same(*only, value))
            return miss(pointer, fmt::format("expected {}, found {}", shown(*only), shown(value)));
        const auto* allowed = schema.if_contains("enum");
        if (!allowed || std::ranges::any_of(allowed->get_array(),
                                            [&](const auto& each) { return same(each, value); }))
            return true;
        return miss(pointer,
                    fmt::format("expected one of {}, found {}", shown(*allowed), shown(value)));
    }

    // Tries without telling what does not fit.
    bool would_fit(const json::object& schema, const json::value& value, std::size_t depth) {
        Fitter trial(root_);
        trial.steps_ = steps_;
        const bool fine = trial.fits(schema, value, "", depth + 1);
        steps_ = trial.steps_;
        return fine;
    }

    std::size_t fitting(const json::value& schemas, const json::value& value, std::size_t depth) {
        return static_cast<std::size_t>(std::ranges::count_if(
            schemas.get_array(),
            [&](const auto& each) { return would_fit(each.get_object(), value, depth); }));
    }

    bool combined(const json::object& schema, const json::value& value, const std::string& pointer,
                  std::size_t depth) {
        if (const auto* any = schema.if_contains("anyOf");
            any && fitting(*any, value, depth) == 0) {
            if (any->get_array().size() == 1)
                return fits(any->get_array()[0].get_object(), value, pointer, depth + 1);
            return miss(pointer, fmt::format("{} fits none of the alternatives", shown(value)));
        }
        if (const auto* one = schema.if_contains("oneOf")) {
            const std::size_t count = fitting(*one, value, depth);
            if (count != 1)
                return miss(pointer,
                            fmt::format("{} fits {} of the alternatives, expected exactly one",
                                        shown(value), count));
        }
        const auto* none = schema.if_contains("not");
        if (none && would_fit(none->get_object(), value, depth))
            return miss(pointer, fmt::format("{} is what it must not be", shown(value)));
        bool fine = true;
        if (const auto* all = schema.if_contains("allOf"))
            for (const json::value& each : all->get_array())
                fine = fits(each.get_object(), value, pointer, depth + 1) && fine;
        return fine;
    }

    bool number(const json::object& schema, const json::value& value, const std::string& pointer) {
        const double found = value.to_number<double>();
        const auto bound = [&](std::string_view name, auto holds, std::string_view text) {
            const auto* limit = schema.if_contains(name);
            if (!limit || holds(found, limit->to_number<double>())) return true;
            return miss(pointer, fmt::format("expected {} {}, found {}", text, to_json(*limit),
                                             shown(value)));
        };
        const bool low = bound("minimum", std::greater_equal<>(), "at least");
        const bool high = bound("maximum", std::less_equal<>(), "at most");
        const bool above = bound("exclusiveMinimum", std::greater<>(), "more than");
        const bool below = bound("exclusiveMaximum", std::less<>(), "less than");
        const bool step = bound(
            "multipleOf",
            [](double whole, double part) {
                const double times = whole / part;
                return std::abs(times - std::round(times)) < 1e-9 * std::max(1.0, std::abs(times));
            },
            "a multiple of");
        return low && high && above && below && step;
    }

    struct Bounds {
        std::string_view minimum;
        std::string_view maximum;
        std::string_view unit;
    };
    bool bounded(const json::object& schema, const Bounds& bounds, std::size_t count,
                 const std::string& pointer) {
        const auto found = static_cast<double>(count);
        const auto* least = schema.if_contains(bounds.minimum);
        if (least && found < least->to_number<double>())
            return miss(pointer, fmt::format("expected at least {} {}, found {}", to_json(*least),
                                             bounds.unit, count));
        const auto* most = schema.if_contains(bounds.maximum);
        if (most && found > most->to_number<double>())
            return miss(pointer, fmt::format("expected at most {} {}, found {}", to_json(*most),
                                             bounds.unit, count));
        return true;
    }

    bool members(const json::object& schema, const json::object& object, const std::string& pointer,
                 std::size_t depth) {
        bool fine =
            bounded(schema, {"minProperties", "maxProperties", "members"}, object.size(), pointer);
        if (const auto* required = schema.if_contains("required"))
            for (const json::value& name : required->get_array())
                if (!object.contains(view(name)))
                    fine = miss(pointer, fmt::format("'{}' is missing", view(name)));
        const auto* properties = schema.if_contains("properties");
        const auto* others = schema.if_contains("additionalProperties");
        for (const auto& member : object) {
            const std::string place = join_pointer(pointer, member.key());
            const auto* own =
                properties ? properties->get_object().if_contains(member.key()) : nullptr;
            if (own)
                fine = fits(own->get_object(), member.value(), place, depth + 1) && fine;
            else if (others && others->is_object())
                fine = fits(others->get_object(), member.value(), place, depth + 1) && fine;
            else if (others && !others->get_bool())
                fine = miss(place, "is not one of the members that are allowed");
        }
        return fine;
    }

    bool elements(const json::object& schema, const json::array& array, const std::string& pointer,
                  std::size_t depth) {
        bool fine = bounded(schema, {"minItems", "maxItems", "entries"}, array.size(), pointer);
        const auto* first = schema.if_contains("prefixItems");
        const auto* item = schema.if_contains("items");
        const std::size_t fixed = first ? first->get_array().size() : 0;
        for (std::size_t i = 0; i < array.size(); ++i) {
            const json::value* own = i < fixed ? &first->get_array()[i] : item;
            if (own)
                fine =
                    fits(own->get_object(), array[i], join_pointer(pointer, i), depth + 1) && fine;
        }
        const auto* unique = schema.if_contains("uniqueItems");
        if (!unique || !unique->get_bool()) return fine;
        std::vector<std::string> texts;
        for (const json::value& each : array) texts.push_back(canonical_json(each));
        std::ranges::sort(texts);
        if (std::ranges::adjacent_find(texts) == texts.end()) return fine;
        return miss(pointer, "an entry occurs twice");
    }

    const json::object& root_;
    std::size_t steps_ = 0;
    std::vector<std::string> misfits_;
};

bool strict_at(const json::value& value) {
    if (const auto* list = value.if_array()) return std::ranges::all_of(*list, strict_at);
    const auto* schema = value.if_object();
    if (!schema) return true;
    const auto* properties = schema->if_contains("properties");
    const auto* type = schema->if_contains("type");
    const bool is_object = (properties && properties->is_object()) ||
                           (type && type->is_string() && view(*type) == "object");
    if (is_object) {
        const auto* others = schema->if_contains("additionalProperties");
        if (!others || !others->is_bool() || others->get_bool()) return false;
        const auto* required = schema->if_contains("required");
        const std::size_t named =
            properties && properties->is_object() ? properties->get_object().size() : 0;
        const std::size_t wanted =
            required && required->is_array() ? required->get_array().size() : 0;
        if (named != wanted) return false;
    }
    return std::ranges::all_of(*schema,
                               [](const auto& member) { return strict_at(member.value()); });
}

}  // namespace

std::vector<SchemaNote> examine_schema(const json::object& schema) {
    return Examiner(schema).examine();
}

std::string misfit(const json::object& schema, const json::value& value) {
    Fitter fitter(schema);
    return fitter.fits(schema, value, "") ? "" : fitter.misfits();
}

bool is_strict(const json::object& schema) {
    const auto* type = schema.if_contains("type");
    const bool is_object = type && type->is_string() && view(*type) == "object";
    return is_object && strict_at(json::value(schema));
}

}  // namespace swiftgrid::nodes::llm_chat
