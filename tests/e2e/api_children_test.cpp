// Runs that call other flows and work lists off, through the API.

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

class Children : public Api {
protected:
    std::string publish(const std::string& flow) {
        const Answer answer = client.post("/api/flows/" + flow + "/publish");
        EXPECT_EQ(answer.status, 201) << answer.body;
        return answer.text("/number");
    }
    std::string published(const std::string& document) {
        const std::string flow = client.create_flow(document);
        publish(flow);
        return flow;
    }
    // Runs it to its end.
    Answer run(const std::string& flow, const std::string& input = "null") {
        const auto run = client.start_run(flow, input);
        client.status_at_end(run);
        return client.get("/api/runs/" + run);
    }
    // The only child of a run, as the list shows it.
    json::value child_of(const std::string& run) {
        const json::value list = client.get("/api/runs?parentRunId=" + run).json();
        EXPECT_EQ(list.at("items").as_array().size(), 1U);
        return list.at("items").as_array().at(0);
    }
};

TEST_F(Children, GiveTheirOutputToTheNodeThatCalledThem) {
    const auto child = published(script_flow("return { twice: $trigger.n * 2 };"));
    const auto parent = client.create_flow(calling_flow(child));
    const Answer detail = run(parent, "21");
    ASSERT_EQ(detail.text("/run/status"), "completed") << detail.body;
    EXPECT_EQ(detail.text("/nodeResults/call/result/output"), R"({"twice":42})");
    EXPECT_EQ(detail.text("/nodeResults/call/result/child_status"), "completed");
    const std::string child_run = detail.text("/nodeResults/call/childRunId");
    EXPECT_EQ(detail.text("/nodeResults/call/result/child_run_id"), child_run);
    const json::value row = child_of(detail.text("/run/id"));
    EXPECT_EQ(row.at("id"), json::value(child_run));
    EXPECT_EQ(row.at("trigger"), json::value("subflow"));
    EXPECT_EQ(row.at("callingNodeId"), json::value("call"));
    EXPECT_EQ(row.at("depth"), json::value(1));
    EXPECT_EQ(row.at("version"), json::value(1));

    const auto ids = [&](const std::string& filter) {
        std::vector<std::string> found;
        const json::value list = client.get("/api/runs?topLevel=" + filter).json();
        for (const json::value& item : list.at("items").as_array())
            found.emplace_back(item.at("id").as_string());
        return found;
    };
    EXPECT_THAT(ids("true"), testing::ElementsAre(detail.text("/run/id")));
    EXPECT_THAT(ids("false"), testing::ElementsAre(child_run));
}

TEST_F(Children, FailTheirCallerWithTheirOwnMessage) {
    const auto child = published(script_flow("throw new Error('no such order');"));
    const Answer detail = run(client.create_flow(calling_flow(child)));
    EXPECT_EQ(detail.text("/run/status"), "failed");
    EXPECT_EQ(detail.text("/nodeResults/call/error/code"), "child_failed");
    EXPECT_THAT(detail.text("/nodeResults/call/error/message"), HasSubstr("no such order"));
    const Answer carried_on =
        run(client.create_flow(calling_flow(child, R"("onError":"continue")")));
    EXPECT_EQ(carried_on.text("/run/status"), "completed");
    EXPECT_EQ(carried_on.text("/nodeResults/call/result/output"), "null");
    EXPECT_EQ(carried_on.text("/nodeResults/call/result/child_status"), "failed");
}

TEST_F(Children, WakeTheirCallerWhenTheyAreCancelled) {
    const auto child = published(delay_flow(600'000));
    const auto parent = client.start_run(client.create_flow(calling_flow(child)));
    ASSERT_TRUE(eventually([&] { return waits_for(parent, "call") == "child"; }));
    const Answer waiting = client.get("/api/runs/" + parent);
    EXPECT_EQ(waiting.text("/run/status"), "suspended");
    const std::string child_run = waiting.text("/nodeResults/call/childRunId");
    ASSERT_TRUE(eventually([&] { return waits_for(child_run, "wait") == "timer"; }));
    const Answer sleeping = client.get("/api/runs/" + child_run);
    EXPECT_EQ(sleeping.text("/run/status"), "suspended");
    EXPECT_THAT(sleeping.text("/nodeResults/wait/until"), HasSubstr("T"));
    expect_problem(client.del("/api/runs/" + parent), 409, "conflict");
    ASSERT_EQ(client.post("/api/runs/" + child_run + "/cancel").status, 202);
    EXPECT_EQ(client.status_at_end(parent), "failed");
    EXPECT_EQ(client.get("/api/runs/" + parent).text("/nodeResults/call/error/code"),
              "child_cancelled");
    EXPECT_EQ(client.del("/api/runs/" + child_run).status, 204);
}

TEST_F(Children, AreNotDeletedWhileTheirParentIsOpen) {
    const auto child = published(script_flow("return 1;"));
    // The second step waits, so that the parent is open when the child has ended.
    const auto parent = client.start_run(client.create_flow(call_then_delay_flow(child)));
    ASSERT_TRUE(eventually([&] { return waits_for(parent, "wait") == "timer"; }));
    const std::string child_run =
        client.get("/api/runs/" + parent).text("/nodeResults/call/childRunId");
    const Answer refused = client.del("/api/runs/" + child_run);
    expect_problem(refused, 409, "conflict");
    EXPECT_THAT(refused.text("/detail"), HasSubstr(parent));
    ASSERT_EQ(client.post("/api/runs/" + parent + "/cancel").status, 202);
    EXPECT_EQ(client.del("/api/runs/" + child_run).status, 204);
}

TEST_F(Children, TimeOutWithTheTimeLimitOfTheirFlow) {
    json::value document = parse_json(delay_flow(600'000)).value();
    document.as_object()["timeoutMs"] = 50;
    const auto child = published(to_json(document));
    const Answer detail = run(client.create_flow(calling_flow(child)));
    EXPECT_EQ(detail.text("/run/status"), "failed");
    EXPECT_EQ(detail.text("/nodeResults/call/error/code"), "child_failed");
    const Answer late = client.get("/api/runs/" + detail.text("/nodeResults/call/childRunId"));
    EXPECT_EQ(late.text("/run/error/code"), "timeout");
    EXPECT_THAT(late.text("/run/deadline"), HasSubstr("T"));
    EXPECT_EQ(detail.text("/run/deadline"), "null");
}

TEST_F(Children, MustBePublished) {
    const auto child = client.create_flow(script_flow("return 1;"));
    const Answer detail = run(client.create_flow(calling_flow(child)));
    EXPECT_EQ(detail.text("/run/status"), "failed");
    EXPECT_THAT(detail.text("/run/error/message"), HasSubstr("no published version"));
    const auto snapshot = client.create_flow(calling_flow(child, R"("version":"snapshot")"));
    const Answer refused = client.post("/api/flows/" + snapshot + "/publish");
    expect_problem(refused, 422, "invalid_document");
    EXPECT_EQ(refused.text("/errors/0/code"), "flow_not_published");
    EXPECT_EQ(refused.text("/errors/0/pointer"), "/graph/nodes/0/data/workflowId");
    expect_problem(client.post("/api/flows/" + snapshot + "/runs"), 422, "invalid_document");
    publish(child);
    EXPECT_EQ(client.post("/api/flows/" + snapshot + "/publish").status, 201);
}

TEST_F(Children, AreTheLatestVersionOrThatOfThePublicationOrANumber) {
    const auto child = published(script_flow("return 'old';"));
    const auto latest = published(calling_flow(child));
    const auto snapshot = published(calling_flow(child, R"("version":"snapshot")"));
    const auto first = published(calling_flow(child, R"("version":1)"));
    const auto third = published(calling_flow(child, R"("version":3)"));
    save_graph(child, script_flow("return 'new';"));
    publish(child);
    const auto output = [&](const std::string& flow) {
        return run(flow).text("/nodeResults/call/result/output");
    };
    EXPECT_EQ(output(latest), "new");
    EXPECT_EQ(output(snapshot), "old");
    EXPECT_EQ(output(first), "old");
    EXPECT_THAT(run(third).text("/run/error/message"), HasSubstr("has no version 3"));
    // A draft means what is active when its run starts.
    const auto draft = client.create_flow(calling_flow(child, R"("version":"snapshot")"));
    EXPECT_EQ(output(draft), "new");
    publish(snapshot);
    EXPECT_EQ(output(snapshot), "new");
}

TEST_F(Children, OfAFlowThatIsDeletedByForceAreCancelled) {
    const auto child = published(delay_flow(600'000));
    const auto flow = client.create_flow(calling_flow(child));
    const auto parent = client.start_run(flow);
    std::string child_run;
    ASSERT_TRUE(eventually([&] {
        const json::value list = client.get("/api/runs?parentRunId=" + parent).json();
        if (list.at("items").as_array().empty()) return false;
        child_run = list.at("items").as_array()[0].at("id").as_string();
        return true;
    }));
    expect_problem(client.del("/api/flows/" + flow), 409, "conflict");
    EXPECT_EQ(client.del("/api/flows/" + flow + "?force=true").status, 204);
    expect_problem(client.get("/api/runs/" + parent), 404, "not_found");
    EXPECT_EQ(client.status_at_end(child_run), "cancelled");
}

class Maps : public Children {
protected:
    Answer items(const std::string& run, const std::string& query = "") {
        return client.get("/api/runs/" + run + "/map/each" + query);
    }
};

TEST_F(Maps, AreShownItemByItemInPages) {
    const auto child = published(
        script_flow("if ($trigger.item === 3) throw new Error('not 3'); return $trigger.item;"));
    const auto flow = client.create_flow(map_flow(child, R"("maxConcurrent":2)"));
    const auto run = client.start_run(flow, "[0,1,2,3,4,5,6]");
    ASSERT_EQ(client.status_at_end(run), "completed");
    const Answer first = items(run, "?limit=5");
    EXPECT_EQ(first.text("/total"), "7");
    EXPECT_EQ(first.text("/succeeded"), "6");
    EXPECT_EQ(first.text("/failed"), "1");
    EXPECT_EQ(first.text("/running"), "0");
    EXPECT_EQ(first.text("/notStarted"), "0");
    const json::value page = first.json();
    ASSERT_EQ(page.at("items").as_array().size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
        const json::value& item = page.at("items").as_array()[i];
        EXPECT_EQ(item.at("index"), json::value(i));
        EXPECT_EQ(item.at("status"), json::value(i == 3 ? "rejected" : "fulfilled"));
        EXPECT_EQ(item.at("attempts"), json::value(1));
        if (i != 3) EXPECT_EQ(item.at("value"), json::value(i));
    }
    EXPECT_THAT(first.text("/items/3/reason"), HasSubstr("not 3"));
    const Answer second = items(run, "?limit=5&cursor=" + first.text("/nextCursor"));
    EXPECT_EQ(second.text("/items/0/index"), "5");
    EXPECT_EQ(second.json().at("items").as_array().size(), 2U);
    EXPECT_EQ(second.text("/nextCursor"), "null");
    const Answer rejected = items(run, "?status=rejected");
    EXPECT_EQ(rejected.json().at("items").as_array().size(), 1U);
    EXPECT_EQ(rejected.text("/items/0/index"), "3");
    EXPECT_EQ(items(run, "?status=running,pending").text("/items"), "[]");
    const Answer one = items(run, "?status=fulfilled&limit=1");
    EXPECT_EQ(one.text("/items/0/index"), "0");
    EXPECT_EQ(items(run, "?status=fulfilled&limit=1&cursor=" + one.text("/nextCursor"))
                  .text("/items/0/index"),
              "1");
    expect_problem(items(run, "?status=done"), 400, "bad_request");
    expect_problem(items(run, "?cursor=x"), 400, "bad_request");
    expect_problem(client.get("/api/runs/" + run + "/map/other"), 404, "not_found");
}

TEST_F(Maps, ShowTheLastAttemptOfAnItem) {
    const auto child = published(script_flow("throw new Error('never');"));
    const auto flow = client.create_flow(map_flow(child, R"("maxRetries":1)"));
    const auto run = client.start_run(flow, "[0,1]");
    ASSERT_TRUE(eventually([&] { return items(run).text("/failed") == "2"; }));
    const Answer all = items(run);
    ASSERT_EQ(all.json().at("items").as_array().size(), 2U);
    EXPECT_EQ(all.text("/items/0/attempts"), "2");
    EXPECT_EQ(all.text("/items/1/attempts"), "2");
    EXPECT_EQ(items(run, "?status=rejected").json().at("items").as_array().size(), 2U);
}

TEST_F(Maps, ShowWhatHasNotStartedYet) {
    const auto child = published(delay_flow(600'000));
    const auto flow = client.create_flow(map_flow(child, R"("maxConcurrent":2)"));
    const auto run = client.start_run(flow, "[0,1,2,3]");
    ASSERT_TRUE(eventually(
        [&] { return items(run, "?status=running").json().at("items").as_array().size() == 2; }));
    const Answer all = items(run);
    EXPECT_EQ(all.text("/running"), "2");
    EXPECT_EQ(all.text("/notStarted"), "2");
    EXPECT_EQ(all.text("/items/3/status"), "pending");
    EXPECT_EQ(all.text("/items/3/childRunId"), "null");
    EXPECT_EQ(items(run, "?status=pending").text("/items/0/index"), "2");
    const Answer detail = client.get("/api/runs/" + run);
    EXPECT_EQ(detail.text("/nodeResults/each/waitsFor"), "map");
    EXPECT_EQ(detail.text("/nodeResults/each/map"),
              R"({"total":4,"succeeded":0,"failed":0,"running":2})");
    EXPECT_THAT(detail.text("/run/current"), HasSubstr("0 of 4, 2 running"));
    ASSERT_EQ(client.post("/api/runs/" + run + "/cancel").status, 202);
    ASSERT_TRUE(eventually(
        [&] { return items(run, "?status=rejected").json().at("items").as_array().size() == 2; }));
    EXPECT_EQ(items(run).text("/failed"), "2");
    EXPECT_EQ(items(run).text("/running"), "0");
}

TEST_F(Maps, TellWhyItemsCouldNotBeStarted) {
    const auto child = client.create_flow(script_flow("return 1;"));
    const auto run = client.start_run(client.create_flow(map_flow(child)), "[0,1,2]");
    ASSERT_EQ(client.status_at_end(run), "completed");
    for (const char* query : {"", "?status=rejected"}) {
        const Answer all = items(run, query);
        EXPECT_EQ(all.text("/failed"), "3");
        ASSERT_EQ(all.json().at("items").as_array().size(), 3U) << query;
        EXPECT_EQ(all.text("/items/0/status"), "rejected");
        EXPECT_THAT(all.text("/items/0/reason"), HasSubstr("no published version"));
        EXPECT_EQ(all.text("/items/0/childRunId"), "null");
    }
}

}  // namespace
}  // namespace swiftgrid::e2e
