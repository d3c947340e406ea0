#include "nodes/http_request/pages.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "expr/json_walk.h"
#include "net/url.h"
#include "nodes/data_fields.h"
#include "nodes/form_encoding.h"
#include "nodes/http_request/link_header.h"
#include "nodes/value_path.h"

namespace swiftgrid::nodes::http_request {

namespace {

using engine::RunError;

constexpr std::int64_t pages_default = 10;

// Null, "", false and an absent member all say that there is no next page.
std::optional<std::string> next_text(const JsonText& body, std::string_view path) {
    const auto next = read_value(body, path, "answer");
    if (!next || next->is_null() || next->view() == "false") return std::nullopt;
    if (next->kind() != JsonKind::string && next->kind() != JsonKind::number) return std::nullopt;
    std::string text = next->as_plain_text();
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

void check_path(const json::object& fields, std::string_view name, model::DataCheck& problems) {
    const std::string_view path = text_at(fields, name);
    if (!path.empty() && !parse_value_path(path, "answer"))
        problems.error("/pagination/" + std::string(name), "invalid_value",
                       "expected a path such as data.items",
                       "Write the steps that lead to the value in the answer.");
}

}  // namespace

void check_pagination(const json::object& data, model::DataCheck& problems) {
    const auto* pagination = data.if_contains("pagination");
    if (!pagination || !pagination->is_object()) return;
    const json::object& fields = pagination->get_object();
    check_path(fields, "items", problems);
    check_path(fields, "next", problems);
    const std::string_view mode = text_at(fields, "mode");
    if ((mode == "nextUrl" || mode == "cursor") && text_at(fields, "next").empty())
        problems.error("/pagination/next", "missing_field",
                       "it is not said where the answer names the next page",
                       "Write the path of the next page in the answer, such as meta.next.");
}

std::optional<Pages> Pages::of(const model::PlanNode& node) {
    const auto* pagination = node.data.if_contains("pagination");
    if (!pagination || !pagination->is_object()) return std::nullopt;
    return Pages(pagination->get_object());
}

Pages::Pages(const json::object& fields)
    : mode_(text_at(fields, "mode")),
      items_path_(text_at(fields, "items")),
      next_path_(text_at(fields, "next")),
      parameter_(text_at(fields, "parameter")),
      position_(integer_at(fields, "start", mode_ == "page" ? 1 : 0)),
      pages_max_(static_cast<std::size_t>(integer_at(fields, "maxPages", pages_default))) {
    if (parameter_.empty()) parameter_ = mode_;
}

void Pages::prepare(net::HttpRequest& request) {
    if (counts())
        request.url = with_parameter(std::move(request.url), parameter_, std::to_string(position_));
    asked_.insert(request.url);
}

std::optional<RunError> Pages::collect(const net::HttpResponse& response, const JsonText& body) {
    const auto list = items_path_.empty() ? body : read_value(body, items_path_, "answer");
    if (!list) {
        return engine::make_run_error(
            "pagination_no_list",
            fmt::format("page {} ({}): {}; pagination.items says where the list is", pages_,
                        response.effective_url, list.error().message));
    }
    const bool is_list = list->kind() == JsonKind::array;
    if (!is_list && (counts() || !items_path_.empty())) {
        return engine::make_run_error(
            "pagination_no_list",
            fmt::format("page {} ({}): expected a list at '{}', found {}; set "
                        "pagination.items to the path of the list",
                        pages_, response.effective_url,
                        items_path_.empty() ? "answer" : items_path_, found_value(*list)));
    }
    items_of_page_ = is_list ? expr::element_count(list->view()) : 1;
    if (items_of_page_ == 0) return std::nullopt;
    items_ += items_of_page_;
    std::string_view text = list->view();
    if (is_list) text = text.substr(1, text.size() - 2);
    if (list_.size() + text.size() > limits::node_result_bytes) {
        return engine::make_run_error(
            "response_too_large",
            fmt::format("the first {} pages make more than {} bytes, the limit for "
                        "results of a node; lower pagination.maxPages, or fetch page by "
                        "page in a flow of its own",
                        pages_, limits::node_result_bytes));
    }
    if (!list_.empty()) list_ += ',';
    list_ += text;
    return std::nullopt;
}

Pages::Next Pages::resolved(const net::HttpResponse& response, const std::string& reference) const {
    auto url = net::resolve_url(response.effective_url, reference);
    if (url) return std::optional(std::move(*url));
    return engine::make_run_error("invalid_url",
                                  fmt::format("the next page after {} cannot be requested: {}",
                                              response.effective_url, url.error().message));
}

Pages::Next Pages::next_of(const net::HttpRequest& sent, const net::HttpResponse& response,
                           const JsonText& body) const {
    if (mode_ == "link") {
        const auto link = find_link(response.headers, "next");
        return link ? resolved(response, *link) : Next(std::nullopt);
    }
    if (mode_ == "nextUrl") {
        const auto next = next_text(body, next_path_);
        return next ? resolved(response, *next) : Next(std::nullopt);
    }
    if (mode_ == "cursor") {
        const auto cursor = next_text(body, next_path_);
        if (!cursor) return std::nullopt;
        return std::optional(with_parameter(sent.url, parameter_, *cursor));
    }
    if (items_of_page_ == 0) return std::nullopt;
    return std::optional(with_parameter(sent.url, parameter_, std::to_string(position_)));
}

Pages::Next Pages::take(const net::HttpRequest& sent, const net::HttpResponse& response,
                        const JsonText& body) {
    // The service has no such page, and the node says that this is no error.
    if (response.status >= 400 && pages_ > 0) return std::nullopt;
    ++pages_;
    if (auto error = collect(response, body)) return std::move(*error);
    position_ += mode_ == "page" ? 1 : static_cast<std::int64_t>(items_of_page_);
    Next next = next_of(sent, response, body);
    auto* url = std::get_if<std::optional<std::string>>(&next);
    if (url == nullptr || !url->has_value()) return next;
    if (pages_ >= pages_max_) {
        has_more_ = true;
        return std::nullopt;
    }
    if (!asked_.insert(**url).second) {
        return engine::make_run_error(
            "pagination_loop",
            fmt::format("after page {} the service names a page again that was fetched "
                        "already; check pagination.{}",
                        pages_, mode_ == "link" ? "mode" : "next"));
    }
    return next;
}

}  // namespace swiftgrid::nodes::http_request
