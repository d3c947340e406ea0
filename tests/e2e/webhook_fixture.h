#pragma once

// A flow with a webhook, and a sender that signs its calls.

#include <string>
#include <vector>

#include "api_fixture.h"
#include "webhook_signing.h"

namespace swiftgrid::e2e {

const std::string sent_body = R"({"event":"created","n":7})";

class Webhooks : public Api {
protected:
    std::string published(const std::string& document) {
        const std::string flow = client.create_flow(document);
        EXPECT_EQ(client.post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})").status,
                  201);
        return flow;
    }
    // A published flow whose webhook is on, with these settings; remembers its secret.
    std::string hooked(const std::string& settings = "{}",
                       const std::string& script = "return input") {
        const std::string flow = published(script_flow(script));
        json::value all = parse_json(settings).value();
        all.as_object()["enabled"] = true;
        const Answer set = client.put(path_of(flow), to_json(all));
        EXPECT_EQ(set.status, 200) << set.body;
        secret = set.text("/secret");
        return flow;
    }
    static std::string path_of(const std::string& flow) {
        return "/api/flows/" + flow + "/webhook";
    }

    // As a sender does: with no account.
    static Answer call(Client& sender, const std::string& path, std::vector<std::string> headers,
                       const std::string& content = sent_body) {
        return sender.send({.method = "POST",
                            .path = path,
                            .body = content,
                            .headers = std::move(headers),
                            .with_token = false});
    }
    Answer call(const std::string& flow, std::vector<std::string> headers,
                const std::string& content = sent_body) {
        return call(client, "/api/hooks/" + flow, std::move(headers), content);
    }
    Answer signed_call(const std::string& flow, const std::string& id,
                       const std::string& content = sent_body,
                       const std::string& type = "application/json") {
        auto headers = standard_headers(secret, id, content);
        headers.push_back("Content-Type: " + type);
        return call(flow, std::move(headers), content);
    }
    std::string output_of(const Answer& accepted) {
        EXPECT_EQ(accepted.status, 202) << accepted.body;
        const std::string run = accepted.text("/runId");
        EXPECT_EQ(client.status_at_end(run), "completed");
        return client.get("/api/runs/" + run).text("/run/outputData");
    }
    std::size_t runs_of(const std::string& flow) {
        return client.get("/api/flows/" + flow + "/runs?limit=200")
            .json()
            .at("items")
            .as_array()
            .size();
    }
    Answer deliveries(const std::string& flow, const std::string& last_outcome) {
        EXPECT_TRUE(eventually([&] {
            const Answer list = client.get(path_of(flow) + "/deliveries");
            return list.body.find("\"outcome\"") != std::string::npos &&
                   list.text("/items/0/outcome") == last_outcome;
        }));
        return client.get(path_of(flow) + "/deliveries");
    }

    std::string secret;
};

}  // namespace swiftgrid::e2e
