// Spans on their way to a collector that the test plays: slow, busy, away, and never satisfied.

#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <boost/asio/steady_timer.hpp>

#include "base/json.h"
#include "base/limits.h"
#include "net/testing/http_client_fixture.h"
#include "net/trace_exporter.h"

namespace swiftgrid::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::SeenRequest;

constexpr std::chrono::seconds patience{20};
constexpr std::string_view json_type = "Content-Type: application/json\r\n";

class TraceExporterTest : public testing::HttpClientTest {
protected:
    void TearDown() override {
        exporter_.reset();
        HttpClientTest::TearDown();
    }

    // `answer` gives status and body of the n-th answer, from 1 on.
    void collect(std::function<std::pair<std::string, std::string>(std::size_t)> answer) {
        auto& server = serve([this, answer](const SeenRequest& request, auto& out) {
            std::size_t number = 0;
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(request);
                number = requests_.size();
            }
            arrived_.notify_all();
            const auto [status, body] = answer(number);
            out.answer(status, json_type, body);
        });
        settings_.url = server.url("/v1/traces");
    }

    void start() {
        exporter_ = std::make_unique<TraceExporter>(
            TraceExporter::Parts{io_, client(), queue_,
                                 [this](const std::string& text) {
                                     const std::lock_guard lock(mutex_);
                                     warnings_.push_back(text);
                                     arrived_.notify_all();
                                 },
                                 1},
            settings_);
        exporter_->start();
    }

    template <typename Condition>
    bool wait_until(Condition condition) {
        std::unique_lock lock(mutex_);
        return arrived_.wait_for(lock, patience, condition);
    }

    // Names of the spans of each request.
    std::vector<std::vector<std::string>> names() {
        const std::lock_guard lock(mutex_);
        std::vector<std::vector<std::string>> all;
        for (const SeenRequest& request : requests_) {
            all.emplace_back();
            const json::value sent = parse_json(request.body).value();
            for (const json::value& span :
                 sent.at_pointer("/resourceSpans/0/scopeSpans/0/spans").as_array())
                all.back().emplace_back(span.at("name").as_string());
        }
        return all;
    }

    static std::vector<observe::Span> spans(const std::vector<std::string>& names) {
        std::vector<observe::Span> all;
        for (const std::string& name : names) {
            all.emplace_back();
            all.back().name = name;
        }
        return all;
    }

    observe::SpanQueue queue_{4};
    observe::TraceSettings settings_{.delay_ms = 60'000, .spans_per_request = 2};
    std::mutex mutex_;  // of the next two
    std::vector<SeenRequest> requests_;
    std::vector<std::string> warnings_;
    std::condition_variable arrived_;
    std::unique_ptr<TraceExporter> exporter_;
};

std::pair<std::string, std::string> fine(std::size_t) { return {"200 OK", "{}"}; }

TEST_F(TraceExporterTest, SendsAPortionAtOnceAndTheRestWhenAsked) {
    collect(fine);
    settings_.headers = {{"api-key", "k"}};
    start();
    queue_.push(spans({"a", "b"}));
    ASSERT_TRUE(wait_until([&] { return requests_.size() == 1; }));
    queue_.push(spans({"c"}));
    exporter_->flush(20'000);
    EXPECT_THAT(names(), ElementsAre(ElementsAre("a", "b"), ElementsAre("c")));
    EXPECT_EQ(requests_[0].method, "POST");
    EXPECT_EQ(requests_[0].target, "/v1/traces");
    EXPECT_EQ(requests_[0].header("content-type"), "application/json");
    EXPECT_EQ(requests_[0].header("api-key"), "k");
    EXPECT_EQ(exporter_->counts().sent, 3u);
}

TEST_F(TraceExporterTest, SendsWhatThereIsAfterAWhile) {
    collect(fine);
    settings_.delay_ms = 5;
    start();
    queue_.push(spans({"a"}));
    ASSERT_TRUE(wait_until([&] { return requests_.size() == 1; }));
    EXPECT_THAT(names(), ElementsAre(ElementsAre("a")));
}

TEST_F(TraceExporterTest, AsksACollectorAgainThatIsBusy) {
    collect([](std::size_t number) -> std::pair<std::string, std::string> {
        if (number == 1) return {"503 Service Unavailable", ""};
        if (number == 2) return {"429 Too Many Requests", ""};
        return {"200 OK", ""};
    });
    start();
    queue_.push(spans({"a", "b"}));
    exporter_->flush(20'000);
    EXPECT_THAT(names(),
                ElementsAre(ElementsAre("a", "b"), ElementsAre("a", "b"), ElementsAre("a", "b")));
    EXPECT_EQ(exporter_->counts().sent, 2u);
    EXPECT_EQ(exporter_->counts().failed, 0u);
    EXPECT_THAT(warnings_, ElementsAre());
}

TEST_F(TraceExporterTest, GivesUpInTheEndSaysSoOnceAndGoesOn) {
    std::atomic<bool> is_away = true;
    collect([&](std::size_t) -> std::pair<std::string, std::string> {
        return {is_away ? "502 Bad Gateway" : "200 OK", ""};
    });
    start();
    queue_.push(spans({"a", "b"}));
    exporter_->flush(20'000);
    EXPECT_EQ(requests_.size(), limits::trace_attempts);
    queue_.push(spans({"c"}));
    exporter_->flush(20'000);
    EXPECT_EQ(exporter_->counts().failed, 3u);
    ASSERT_EQ(warnings_.size(), 1u);
    EXPECT_THAT(warnings_[0], HasSubstr("it answered 502"));
    is_away = false;
    queue_.push(spans({"d"}));
    exporter_->flush(20'000);
    EXPECT_EQ(exporter_->counts().sent, 1u);
}

TEST_F(TraceExporterTest, RepeatsNothingThatTheCollectorCannotRead) {
    collect(
        [](std::size_t) -> std::pair<std::string, std::string> { return {"400 Bad Request", ""}; });
    start();
    queue_.push(spans({"a"}));
    exporter_->flush(20'000);
    EXPECT_EQ(requests_.size(), 1u);
    EXPECT_EQ(exporter_->counts().failed, 1u);
}

TEST_F(TraceExporterTest, CountsWhatTheCollectorThrowsAway) {
    collect([](std::size_t) -> std::pair<std::string, std::string> {
        return {"200 OK", R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":"old"}})"};
    });
    start();
    queue_.push(spans({"a", "b"}));
    exporter_->flush(20'000);
    EXPECT_EQ(exporter_->counts().sent, 1u);
    EXPECT_EQ(exporter_->counts().failed, 1u);
}

TEST_F(TraceExporterTest, NeverMakesWhoeverBringsSpansWait) {
    std::promise<void> release;
    auto released = release.get_future().share();
    collect([&](std::size_t) -> std::pair<std::string, std::string> {
        released.wait();
        return {"200 OK", ""};
    });
    start();
    queue_.push(spans({"a", "b"}));
    ASSERT_TRUE(wait_until([&] { return requests_.size() == 1; }));
    // The collector does not move; what is pushed is kept up to the bound, then dropped.
    for (int i = 0; i < 10; ++i) queue_.push(spans({"x"}));
    EXPECT_EQ(queue_.size(), 4u);
    EXPECT_EQ(queue_.dropped(), 6u);
    release.set_value();
    exporter_->flush(20'000);
    EXPECT_EQ(exporter_->counts().sent, 6u);
}

TEST_F(TraceExporterTest, BeginsNoOtherRequestWhenTheTimeIsOverWhileOneIsOnItsWay) {
    std::promise<void> release;
    auto released = release.get_future().share();
    collect([&](std::size_t number) -> std::pair<std::string, std::string> {
        if (number > 1) return {"200 OK", ""};
        released.wait();
        return {"503 Service Unavailable", ""};
    });
    settings_.delay_ms = 50;
    start();
    queue_.push(spans({"a", "b"}));  // a portion: it does not wait for the time
    ASSERT_TRUE(wait_until([&] { return requests_.size() == 1; }));
    queue_.push(spans({"c"}));
    boost::asio::steady_timer later(io_, std::chrono::milliseconds(4 * settings_.delay_ms));
    later.async_wait([&](const boost::system::error_code&) { release.set_value(); });
    released.wait();
    exporter_->flush(20'000);
    EXPECT_THAT(names(),
                ElementsAre(ElementsAre("a", "b"), ElementsAre("a", "b"), ElementsAre("c")));
    EXPECT_EQ(exporter_->counts().sent, 3u);
}

TEST_F(TraceExporterTest, StopsWaitingForACollectorThatIsAway) {
    settings_.url = "http://127.0.0.1:1/v1/traces";
    allowed_.push_back("127.0.0.1:1");
    start();
    queue_.push(spans({"a"}));
    exporter_->flush(1);
    EXPECT_EQ(exporter_->counts().sent, 0u);
}

}  // namespace
}  // namespace swiftgrid::net
