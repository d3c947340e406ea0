#include "api/revision.h"

#include <charconv>

#include <fmt/format.h>

namespace swiftgrid::api {

Result<std::int64_t> revision_of(const Request& request, std::string_view of_what) {
    auto text = request.header("If-Match");
    if (!text)
        return fail(ErrorCode::precondition_required,
                    fmt::format("send If-Match with the ETag of {} that was read", of_what));
    std::int64_t revision = 0;
    if (text->size() > 2 && text->starts_with('"') && text->ends_with('"')) {
        const std::string_view digits = text->substr(1, text->size() - 2);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), revision);
        if (error == std::errc() && end == digits.data() + digits.size()) return revision;
    }
    return fail(ErrorCode::precondition_failed,
                fmt::format("If-Match does not name a revision of {}, such as \"7\"", of_what));
}

Result<std::optional<std::int64_t>> revision_if_sent(const Request& request,
                                                     std::string_view of_what) {
    if (!request.header("If-Match")) return std::nullopt;
    auto revision = revision_of(request, of_what);
    if (!revision) return std::unexpected(revision.error());
    return *revision;
}

}  // namespace swiftgrid::api
