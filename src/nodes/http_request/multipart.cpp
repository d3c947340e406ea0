#include "nodes/http_request/multipart.h"

#include <algorithm>

#include <fmt/format.h>

#include "nodes/data_fields.h"
#include "nodes/http_request/lenient_base64.h"

namespace swiftgrid::nodes::http_request {

namespace {

using engine::RunError;

// As browsers do it: what would end the parameter or the line is encoded, the rest is UTF-8.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"')
            out += "%22";
        else if (c == '\r')
            out += "%0D";
        else if (c == '\n')
            out += "%0A";
        else
            out += c;
    }
    return out + '"';
}

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

// An object with further members is data that happens to have a text.
bool is_file(const json::object& object) {
    constexpr std::string_view members[] = {"base64", "text", "filename", "contentType", "size"};
    return (object.contains("base64") || object.contains("text")) &&
           std::ranges::all_of(object, [&](const auto& member) {
               return std::ranges::find(members, std::string_view(member.key())) !=
                      std::end(members);
           });
}

class Encoder {
public:
    explicit Encoder(std::string_view boundary) : boundary_(boundary) {}

    std::optional<RunError> add(std::string_view name, const json::value& part) {
        if (part.is_null()) return std::nullopt;
        if (const auto* several = part.if_array()) {
            for (const json::value& each : *several) {
                if (auto error = add(name, each)) return error;
            }
            return std::nullopt;
        }
        const auto* object = part.if_object();
        if (!object) {
            append(name, "", "", JsonText::from(part).as_plain_text());
            return std::nullopt;
        }
        if (is_file(*object)) return add_file(name, *object);
        append(name, "", "application/json", to_json(part));
        return std::nullopt;
    }

    std::string take() { return std::move(out_) + fmt::format("--{}--\r\n", boundary_); }

private:
    std::optional<RunError> add_file(std::string_view name, const json::object& file) {
        const bool is_base64 = file.contains("base64");
        std::string content(text_at(file, is_base64 ? "base64" : "text"));
        if (is_base64) {
            auto bytes = bytes_of_base64(content);
            if (!bytes || !file.at("base64").is_string()) {
                return engine::make_run_error(
                    "invalid_body", fmt::format("the content of the part '{}' is no base64", name));
            }
            content = std::move(*bytes);
        }
        const std::string_view filename = text_at(file, "filename");
        std::string_view type = text_at(file, "contentType");
        if (has_control_character(type)) {
            return engine::make_run_error(
                "invalid_body",
                fmt::format("the contentType of the part '{}' has a line break or another "
                            "control character",
                            name));
        }
        if (type.empty())
            type = is_base64 ? "application/octet-stream" : "text/plain; charset=utf-8";
        // Servers know a file by its having a file name.
        append(name, filename.empty() ? name : filename, type, content);
        return std::nullopt;
    }

    void append(std::string_view name, std::string_view filename, std::string_view type,
                std::string_view content) {
        out_ +=
            fmt::format("--{}\r\nContent-Disposition: form-data; name={}", boundary_, quoted(name));
        if (!filename.empty()) out_ += "; filename=" + quoted(filename);
        if (!type.empty()) out_ += fmt::format("\r\nContent-Type: {}", type);
        out_ += "\r\n\r\n";
        out_ += content;
        out_ += "\r\n";
    }

    const std::string_view boundary_;
    std::string out_;
};

}  // namespace

std::variant<std::string, RunError> encode_multipart(const json::object& parts,
                                                     std::string_view boundary) {
    Encoder encoder(boundary);
    for (const auto& [name, part] : parts) {
        if (auto error = encoder.add(name, part)) return std::move(*error);
    }
    return encoder.take();
}

}  // namespace swiftgrid::nodes::http_request
