#include "api/end_wait.h"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

namespace swiftgrid::api {
namespace {

class EndWaitTest : public ::testing::Test {
protected:
    std::shared_ptr<EndWait> make() {
        return std::make_shared<EndWait>(
            [this, held = held_](Response response) { given_.emplace_back(response.body.view()); },
            timer_,
            EndWait::Answers{[](RunId, const runtime::RunEnd& end) {
                                 return Response{.body = Body(std::string(end.output.view()))};
                             },
                             [](RunId) { return Response{.body = Body(std::string("later"))}; }});
    }
    // What the request holds is let go of.
    bool is_held() const { return held_.use_count() > 1; }

    boost::asio::io_context io_;
    Timer timer_{io_};
    std::shared_ptr<int> held_ = std::make_shared<int>(0);
    std::vector<std::string> given_;
    runtime::RunEnd end_{engine::RunStatus::completed, JsonText::string("out"), std::nullopt};
};

using Given = std::vector<std::string>;

TEST_F(EndWaitTest, GivesTheEndWhenItComesFirst) {
    const auto wait = make();
    wait->wait(RunId{}, 60'000);
    EXPECT_TRUE(is_held());
    wait->ended(RunId{}, end_);
    EXPECT_EQ(given_, Given{"\"out\""});
    EXPECT_FALSE(is_held());
    wait->ended(RunId{}, end_);
    EXPECT_EQ(given_.size(), 1U);
}

TEST_F(EndWaitTest, WaitsForNothingThatIsOverAlready) {
    const auto wait = make();
    wait->ended(RunId{}, end_);
    wait->wait(RunId{}, 0);
    io_.run();
    EXPECT_EQ(given_, Given{"\"out\""});
}

TEST_F(EndWaitTest, LetsGoOfTheRequestWhenTheTimeIsOver) {
    const auto wait = make();
    wait->wait(RunId{}, 0);
    io_.run();
    EXPECT_EQ(given_, Given{"later"});
    EXPECT_FALSE(is_held());
    wait->ended(RunId{}, end_);
    EXPECT_EQ(given_.size(), 1U);
}

}  // namespace
}  // namespace swiftgrid::api
