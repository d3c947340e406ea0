#include "model/schema.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/characters.h"

#include "expr/nearest_name.h"

namespace swiftgrid::model {
namespace {

constexpr std::size_t shown_bytes_max = 60;

std::string_view text_of(const json::value& value) {
    return {value.get_string().data(), value.get_string().size()};
}

bool flag(const json::object& schema, std::string_view name) {
    const auto* member = schema.if_contains(name);
    return member && member->is_bool() && member->get_bool();
}

const json::object* object_member(const json::object& schema, std::string_view name) {
    const auto* member = schema.if_contains(name);
    return member ? member->if_object() : nullptr;
}

bool is_integer(const json::value& value) {
    if (const auto* number = value.if_double())
        return std::isfinite(*number) && std::floor(*number) == *number;
    return value.is_int64() || value.is_uint64();
}

bool has_type(const json::value& value, std::string_view type) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_bool();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    if (type == "integer") return is_integer(value);
    return type == "number" && value.is_number();
}

// The types a schema allows; empty means any.
std::vector<std::string_view> types_of(const json::object& schema) {
    std::vector<std::string_view> types;
    const auto* type = schema.if_contains("type");
    if (!type) return types;
    if (type->is_string()) return {text_of(*type)};
    for (const auto& name : type->get_array()) types.push_back(text_of(name));
    return types;
}

bool allows_null(const json::object& schema) {
    const auto types = types_of(schema);
    return types.empty() || std::ranges::find(types, "null") != types.end();
}

std::string_view with_article(std::string_view type) {
    if (type == "boolean") return "true or false";
    if (type == "integer") return "a whole number";
    if (type == "number") return "a number";
    if (type == "string") return "a string";
    if (type == "array") return "an array";
    if (type == "object") return "an object";
    return type;
}

std::string joined_types(const std::vector<std::string_view>& types) {
    std::string out;
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (i > 0) out += i + 1 == types.size() ? " or " : ", ";
        out += with_article(types[i]);
    }
    return out;
}

std::string shown(const json::value& value) {
    std::string text = to_json(value);
    if (text.size() <= shown_bytes_max) return text;
    std::size_t end = shown_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end) + "…";
}

std::optional<double> number_member(const json::object& schema, std::string_view name) {
    const auto* member = schema.if_contains(name);
    if (!member) return std::nullopt;
    return member->to_number<double>();
}

class Checker {
public:
    explicit Checker(DataCheck& check) : check_(check) {}

    void run(const json::object& schema, const json::value& value, const std::string& pointer) {
        if (check_.is_full() || (value.is_null() && schema.contains("default"))) return;
        if (flag(schema, "x-template") && value.is_string() &&
            text_of(value).find("{{") != std::string_view::npos)
            return placeholder(schema, value, pointer);
        if (const auto* alternatives = schema.if_contains("anyOf"))
            return any_of(alternatives->get_array(), value, pointer);
        if (!type_matches(schema, value, pointer)) return;
        listed(schema, value, pointer);
        if (value.is_number()) range(schema, value, pointer);
        if (value.is_string()) length(schema, value, pointer);
        if (const auto* object = value.if_object()) members(schema, *object, pointer);
        if (const auto* array = value.if_array()) elements(schema, *array, pointer);
    }

private:
    // Whether the hole stands alone matters only where its value must not become text.
    void placeholder(const json::object& schema, const json::value& value,
                     const std::string& pointer) {
        const auto types = types_of(schema);
        if (types.empty() || std::ranges::find(types, "string") != types.end()) return;
        const std::string_view text = text_of(value);
        if (text.starts_with("{{") && text.ends_with("}}")) return;
        check_.error(
            pointer, "wrong_type",
            fmt::format("expected {}, found text around a placeholder", joined_types(types)),
            "Leave only the placeholder: {{…}} with nothing before or after it.");
    }

    void any_of(const json::array& alternatives, const json::value& value,
                const std::string& pointer) {
        struct Counter final : DataCheck {
            std::size_t errors = 0;
            void error(std::string, std::string, std::string, std::string) override { ++errors; }
            void warning(std::string, std::string, std::string, std::string) override {}
        };
        const json::object* same_type = nullptr;
        std::vector<std::string_view> types;
        for (const auto& alternative : alternatives) {
            Counter counter;
            Checker(counter).run(alternative.get_object(), value, pointer);
            if (counter.errors == 0) return;
            for (const auto type : types_of(alternative.get_object())) {
                types.push_back(type);
                if (has_type(value, type)) same_type = &alternative.get_object();
            }
        }
        // The alternative of the right type knows best what is wrong.
        if (same_type) return run(*same_type, value, pointer);
        wrong_type(types, value, pointer);
    }

    bool type_matches(const json::object& schema, const json::value& value,
                      const std::string& pointer) {
        const auto types = types_of(schema);
        const bool matches = types.empty() || std::ranges::any_of(types, [&](auto type) {
                                 return has_type(value, type);
                             });
        if (!matches) wrong_type(types, value, pointer);
        return matches;
    }

    void wrong_type(const std::vector<std::string_view>& types, const json::value& value,
                    const std::string& pointer) {
        check_.error(
            pointer, "wrong_type",
            fmt::format("expected {}, found {}", joined_types(types), kind_with_article(value)),
            fmt::format("Make this {}.", joined_types(types)));
    }

    void listed(const json::object& schema, const json::value& value, const std::string& pointer) {
        const auto* allowed = schema.if_contains("enum");
        const auto* only = schema.if_contains("const");
        if (only && *only != value)
            check_.error(pointer, "invalid_value",
                         fmt::format("expected {}, found {}", shown(*only), shown(value)),
                         fmt::format("Write {} here.", shown(*only)));
        if (!allowed) return;
        std::vector<std::string> names;
        for (const auto& candidate : allowed->get_array()) {
            if (candidate == value) return;
            names.push_back(candidate.is_string() ? std::string(text_of(candidate))
                                                  : to_json(candidate));
        }
        const auto nearest =
            value.is_string() ? expr::nearest_name(text_of(value), names) : std::nullopt;
        check_.error(
            pointer, "invalid_value",
            fmt::format("expected one of {}, found {}", fmt::join(names, ", "), shown(value)),
            nearest ? fmt::format("Did you mean '{}'?", *nearest)
                    : "Choose one of the listed values.");
    }

    void range(const json::object& schema, const json::value& value, const std::string& pointer) {
        const double number = value.to_number<double>();
        const auto minimum = number_member(schema, "minimum");
        const auto maximum = number_member(schema, "maximum");
        if (minimum && number < *minimum)
            check_.error(pointer, "invalid_value",
                         fmt::format("expected at least {}, found {}", *minimum, shown(value)),
                         fmt::format("Use a number from {} up.", *minimum));
        if (maximum && number > *maximum)
            check_.error(pointer, "invalid_value",
                         fmt::format("expected at most {}, found {}", *maximum, shown(value)),
                         fmt::format("Use a number up to {}.", *maximum));
    }

    void length(const json::object& schema, const json::value& value, const std::string& pointer) {
        const std::size_t count = character_count(text_of(value));
        const auto minimum = number_member(schema, "minLength");
        const auto maximum = number_member(schema, "maxLength");
        if (minimum && static_cast<double>(count) < *minimum)
            check_.error(pointer, "missing_field", "expected text, found an empty string",
                         "Fill in this field.");
        if (maximum && static_cast<double>(count) > *maximum)
            check_.error(pointer, "too_large",
                         fmt::format("expected at most {} characters, found {}", *maximum, count),
                         fmt::format("Shorten it to {} characters.", *maximum));
    }

    void members(const json::object& schema, const json::object& object,
                 const std::string& pointer) {
        if (const auto* required = schema.if_contains("required")) {
            for (const auto& name : required->get_array()) {
                const auto* member = object.if_contains(text_of(name));
                if (member && !member->is_null()) continue;
                check_.error(join_pointer(pointer, text_of(name)), "missing_field",
                             fmt::format("the field '{}' is missing", text_of(name)),
                             fmt::format("Fill in '{}'.", text_of(name)));
            }
        }
        const json::object* properties = object_member(schema, "properties");
        for (const auto& member : object) {
            const std::string member_pointer = join_pointer(pointer, member.key());
            if (const auto* known = properties ? properties->if_contains(member.key()) : nullptr) {
                const bool absent = member.value().is_null() && is_required(schema, member.key());
                if (!absent) run(known->get_object(), member.value(), member_pointer);
            } else {
                additional(schema, properties, member, member_pointer);
            }
        }
    }

    static bool is_required(const json::object& schema, std::string_view name) {
        const auto* required = schema.if_contains("required");
        return required && std::ranges::any_of(required->get_array(), [&](const auto& candidate) {
                   return text_of(candidate) == name;
               });
    }

    void additional(const json::object& schema, const json::object* properties,
                    const json::key_value_pair& member, const std::string& pointer) {
        const auto* additional = schema.if_contains("additionalProperties");
        if (!additional) return;
        if (const auto* nested = additional->if_object())
            return run(*nested, member.value(), pointer);
        if (additional->get_bool() || check_.is_full()) return;
        std::vector<std::string> names;
        if (properties)
            for (const auto& known : *properties) names.emplace_back(known.key());
        const auto nearest = expr::nearest_name(member.key(), names);
        check_.warning(pointer, "unknown_field",
                       fmt::format("the field '{}' is not known and will be ignored",
                                   std::string_view(member.key())),
                       nearest ? fmt::format("Did you mean '{}'?", *nearest)
                               : "Remove it, or check how it is written.");
    }

    void elements(const json::object& schema, const json::array& array,
                  const std::string& pointer) {
        const auto minimum = number_member(schema, "minItems");
        const auto maximum = number_member(schema, "maxItems");
        if (minimum && static_cast<double>(array.size()) < *minimum)
            check_.error(
                pointer, "missing_field",
                fmt::format("expected at least {} entries, found {}", *minimum, array.size()),
                "Add an entry.");
        if (maximum && static_cast<double>(array.size()) > *maximum)
            return check_.error(
                pointer, "too_large",
                fmt::format("expected at most {} entries, found {}", *maximum, array.size()),
                "Split it into several nodes.");
        const json::object* item = object_member(schema, "items");
        if (!item) return;
        for (std::size_t i = 0; i < array.size(); ++i)
            run(*item, array[i], join_pointer(pointer, i));
    }

    DataCheck& check_;
};

}  // namespace

void check_against(const json::object& schema, const json::value& value, const std::string& pointer,
                   DataCheck& check) {
    Checker(check).run(schema, value, pointer);
}

void fill_defaults(const json::object& schema, json::object& object) {
    const json::object* properties = object_member(schema, "properties");
    if (!properties) return;
    for (const auto& property : *properties) {
        const json::object& own = property.value().get_object();
        json::value* member = object.if_contains(property.key());
        const auto* standard = own.if_contains("default");
        if (standard && (!member || (member->is_null() && !allows_null(own)))) {
            object[property.key()] = *standard;
            member = object.if_contains(property.key());
        }
        if (!member) continue;
        if (auto* nested = member->if_object()) fill_defaults(own, *nested);
        const json::object* item = object_member(own, "items");
        if (!item || !member->is_array()) continue;
        for (auto& element : member->get_array())
            if (auto* nested = element.if_object()) fill_defaults(*item, *nested);
    }
}

std::string join_pointer(std::string_view pointer, std::string_view name) {
    std::string out(pointer);
    out += '/';
    for (const char c : name) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

std::string join_pointer(std::string_view pointer, std::size_t index) {
    return fmt::format("{}/{}", pointer, index);
}

std::string_view kind_with_article(const json::value& value) {
    if (value.is_null()) return "null";
    if (value.is_bool()) return value.get_bool() ? "true" : "false";
    if (value.is_string()) return "a string";
    if (value.is_array()) return "an array";
    return value.is_object() ? "an object" : "a number";
}

}  // namespace swiftgrid::model
