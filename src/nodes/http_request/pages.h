#pragma once

// The field `pagination`: how one node fetches all pages of a list. Pure: it is told what was asked
// and what came, and says what to ask next.

#include <optional>
#include <set>
#include <string>
#include <variant>

#include "engine/run_error.h"
#include "model/node_descriptor.h"
#include "model/plan.h"
#include "net/http_client.h"

namespace swiftgrid::nodes::http_request {

// Problems of a `pagination` as it stands in the document.
void check_pagination(const json::object& data, model::DataCheck& problems);

class Pages {
public:
    // Nothing when the node makes one request.
    static std::optional<Pages> of(const model::PlanNode& node);

    // The first request, with the parameter that counts.
    void prepare(net::HttpRequest& request);

    // Takes the page that came. Gives the URL of the next one; nothing after the last.
    std::variant<std::optional<std::string>, engine::RunError> take(
        const net::HttpRequest& sent, const net::HttpResponse& response, const JsonText& body);

    std::size_t count() const { return pages_; }
    std::size_t items() const { return items_; }
    // The limit of pages was reached before the last one.
    bool has_more() const { return has_more_; }
    // All items of all pages as one list.
    JsonText body() const { return JsonText::trusted('[' + list_ + ']'); }

private:
    explicit Pages(const json::object& fields);

    using Next = std::variant<std::optional<std::string>, engine::RunError>;
    std::optional<engine::RunError> collect(const net::HttpResponse& response,
                                            const JsonText& body);
    Next next_of(const net::HttpRequest& sent, const net::HttpResponse& response,
                 const JsonText& body) const;
    Next resolved(const net::HttpResponse& response, const std::string& reference) const;
    bool counts() const { return mode_ == "page" || mode_ == "offset"; }

    std::string mode_;
    std::string items_path_;
    std::string next_path_;
    std::string parameter_;
    std::int64_t position_ = 0;  // of the page that is fetched: its number or its first item
    std::size_t pages_max_ = 0;

    std::string list_;  // the items as JSON, separated by commas
    std::size_t pages_ = 0;
    std::size_t items_ = 0;
    std::size_t items_of_page_ = 0;
    bool has_more_ = false;
    std::set<std::string> asked_;  // URLs; bounded by the limit of pages
};

}  // namespace swiftgrid::nodes::http_request
