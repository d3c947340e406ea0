#pragma once

// One server, and a client that checks every answer against the contract.

#include <gmock/gmock.h>

#include "client.h"
#include "eventually.h"
#include "flows.h"
#include "openapi.h"

namespace swiftgrid::e2e {

constexpr const char* unknown_id = "01931e3c-7a5f-7000-8000-000000000001";

class Api : public testing::Test {
protected:
    ServerProcess server;
    OpenApi contract{Client(server).get("/api/openapi.json").json()};
    Client client{server, &contract};

    void expect_problem(const Answer& answer, int status, const std::string& code) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(answer.header("content-type"), "application/problem+json");
        EXPECT_EQ(answer.code(), code);
        EXPECT_EQ(answer.text("/type"), "urn:swiftgrid:problem:" + code);
        EXPECT_EQ(answer.text("/status"), std::to_string(status));
        EXPECT_FALSE(answer.text("/title").empty());
        EXPECT_FALSE(answer.text("/detail").empty());
        EXPECT_EQ(answer.text("/requestId"), answer.header("x-request-id"));
    }

    // Saves the document's graph as the draft of the flow.
    void save_graph(const std::string& flow, const std::string& document) {
        const Answer read = client.get("/api/flows/" + flow);
        const json::value other = parse_json(document).value();
        const Answer saved =
            client.put("/api/flows/" + flow, to_json(json::object{{"graph", other.at("graph")}}),
                       {"If-Match: " + read.header("etag")});
        ASSERT_EQ(saved.status, 200) << saved.body;
    }

    // What a node of the run waits for, "" for nothing or while the run is not there yet.
    std::string waits_for(const std::string& run, const std::string& node) {
        const Answer answer = client.get("/api/runs/" + run);
        if (answer.status != 200) return "";
        const json::value detail = answer.json();
        const auto* waits = detail.at("nodeResults").at(node).as_object().if_contains("waitsFor");
        return waits ? std::string(waits->as_string()) : "";
    }

    // Ids of all pages of a list; `between` runs after each page but the last.
    std::vector<std::string> ids_of_pages(const std::string& path, int limit,
                                          const std::function<void()>& between = {}) {
        std::vector<std::string> ids;
        std::string cursor;
        const std::string mark = path.find('?') == std::string::npos ? "?" : "&";
        while (cursor != "null") {
            const Answer page = client.get(path + mark + "limit=" + std::to_string(limit) +
                                           (cursor.empty() ? "" : "&cursor=" + cursor));
            const json::value document = page.json();
            EXPECT_LE(document.at("items").as_array().size(), static_cast<std::size_t>(limit));
            for (const json::value& item : document.at("items").as_array())
                ids.emplace_back(item.at("id").as_string());
            cursor = page.text("/nextCursor");
            if (cursor != "null" && between) between();
        }
        return ids;
    }
};

}  // namespace swiftgrid::e2e
