#include "control/examination.h"

#include <cstdlib>
#include <filesystem>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/host.h"
#include "base/assert.h"
#include "control/key_file.h"
#include "control/secret_examination.h"

namespace swiftgrid::app {
namespace {

using control::Examination;
using control::ExaminationTotals;
using control::Finding;
using control::OpenRun;

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* waiting_node =
    R"({"id":"rest","type":"delay","position":{"x":0,"y":0},
        "data":{"label":"Rest","delayMs":86400000}})";
constexpr const char* code_node =
    R"({"id":"work","type":"code-execution","position":{"x":0,"y":0},"data":{"code":"return 1;"}})";

// A real data folder with one run that has ended and one that waits for a day. Then somebody
// damages it.
class Doctor : public testing::Test {
protected:
    Doctor() : zygote_(sandbox::Zygote::start()) {
        SG_ASSERT(zygote_.has_value(), "scripts can be confined on this machine");
        std::string name = (std::filesystem::temp_directory_path() / "doctor-XXXXXX").string();
        SG_ASSERT(::mkdtemp(name.data()) != nullptr, "a folder can be made");
        folder_ = name;
        auto host = Host::create({folder_, {}, 1}, *zygote_);
        SG_ASSERT(host.has_value() && (*host)->start().has_value(), "a new folder opens");
        ended_ = start(**host, code_node, true);
        waiting_ = start(**host, waiting_node, false);
        (*host)->stop();
    }
    ~Doctor() override { std::filesystem::remove_all(folder_); }

    static RunId start(Host& host, const std::string& node, bool wait) {
        auto view = host.flows().create(
            parse_json(R"({"name":"A flow","graph":{"edges":[],"nodes":[)" + node + "]}}")
                .value()
                .as_object());
        SG_ASSERT(view.has_value(), "the flow is stored");
        control::StartRequest request;
        request.flow = *parse_id<FlowId>(std::string(parse_json(view->json)->at("id").as_string()));
        std::promise<void> ended;
        if (wait) request.on_end = [&](RunId, const runtime::RunEnd&) { ended.set_value(); };
        std::promise<RunId> started;
        host.starter().start(std::move(request), [&](control::Answer<control::Started> answer) {
            SG_ASSERT(answer.has_value(), "the run starts");
            started.set_value(answer->run);
        });
        const RunId run = started.get_future().get();
        if (wait) ended.get_future().get();
        return run;
    }

    void damage(const std::string& sql) const {
        auto connection = store::sqlite::Connection::open(folder_ + "/swiftgrid.db",
                                                          store::sqlite::Access::read_write);
        SG_ASSERT(connection.has_value(), "the database opens");
        const auto done = (*connection)->execute(sql);
        EXPECT_TRUE(done.has_value()) << done.error().message;
    }

    // Codes of what is wrong; what is mended by a start counts as a note.
    std::vector<std::string> examine() {
        std::vector<std::string> codes;
        notes_.clear();
        details_.clear();
        open_.clear();
        auto inspector = store::Inspector::open(folder_);
        if (!inspector) {
            ADD_FAILURE() << inspector.error().message;
            return codes;
        }
        Examination examination(
            **inspector, types_,
            {.on_finding =
                 [&](const Finding& finding) {
                     (finding.is_mended ? notes_ : codes).push_back(finding.code);
                     details_.push_back(finding.detail);
                 },
             .on_open_run = [&](const OpenRun& open) { open_.push_back(open); },
             .on_progress = [](std::int64_t, std::int64_t) {},
             .wait_a_moment = [] {}},
            runtime::SystemClock().now());
        const auto totals = examination.run();
        EXPECT_TRUE(totals.has_value()) << totals.error().message;
        if (totals) totals_ = *totals;
        return codes;
    }

    // What is said about the secrets, "" for nothing.
    std::string examine_secrets(const std::string& environment_value = "") {
        std::string said;
        notes_.clear();
        auto inspector = store::Inspector::open(folder_);
        SG_ASSERT(inspector.has_value(), "the database opens");
        control::examine_secrets(**inspector, {folder_, environment_value},
                                 {.on_finding =
                                      [&](const Finding& finding) {
                                          said += finding.code + ": " + finding.detail;
                                          if (finding.is_mended) notes_.push_back(finding.code);
                                      },
                                  .on_open_run = {},
                                  .on_progress = {},
                                  .wait_a_moment = [&] { ++moments_; }});
        return said;
    }

    std::string key_file() const { return folder_ + "/server.key"; }

    static std::string blob(RunId run) {
        std::string hex = to_string(run);
        std::erase(hex, '-');
        return "x'" + hex + "'";
    }

    Result<sandbox::Zygote> zygote_;
    const model::NodeTypes types_ = nodes::make_node_types();
    std::string folder_;
    RunId ended_;
    RunId waiting_;
    std::vector<std::string> notes_;
    std::vector<std::string> details_;
    std::vector<OpenRun> open_;
    ExaminationTotals totals_;
    int moments_ = 0;
};

TEST_F(Doctor, FindsNothingWrongAndSaysWhatARunWaitsFor) {
    EXPECT_THAT(examine(), IsEmpty());
    EXPECT_EQ(totals_.runs, 2);
    EXPECT_EQ(totals_.open_runs, 1);
    EXPECT_GE(totals_.events, 9);
    ASSERT_EQ(open_.size(), 1U);
    EXPECT_EQ(open_[0].run, waiting_);
    EXPECT_EQ(open_[0].flow_name, "A flow");
    EXPECT_EQ(open_[0].status, "suspended");
    EXPECT_THAT(open_[0].why, HasSubstr("more (delay 'Rest')"));
}

TEST_F(Doctor, FindsARecordWhoseBytesHaveChanged) {
    damage("UPDATE run_event_batches SET events = replace(events, '1', '2') WHERE run_id = " +
           blob(ended_));
    EXPECT_THAT(examine(), Contains("damaged_record"));
}

TEST_F(Doctor, FindsAGap) {
    damage("DELETE FROM run_event_batches WHERE first_seq = 1 AND run_id = " + blob(ended_));
    const auto codes = examine();
    EXPECT_FALSE(codes.empty());
    damage("UPDATE run_event_batches SET first_seq = first_seq + 1 WHERE run_id = " +
           blob(waiting_));
    EXPECT_THAT(examine(), Contains("gap"));
}

TEST_F(Doctor, FindsARowThatDiffersFromTheEvents) {
    for (const char* change :
         {"status = 1", "wake_at = wake_at + 1", "owes = 1", "last_seq = last_seq + 1"}) {
        const std::string where = " WHERE id = " + blob(waiting_);
        damage("CREATE TABLE kept AS SELECT * FROM workflow_runs" + where);
        damage(std::string("UPDATE workflow_runs SET ") + change + where);
        EXPECT_THAT(examine(), ElementsAre("wrong_row")) << change;
        damage(
            "UPDATE workflow_runs SET (status, wake_at, owes, last_seq) ="
            " (SELECT status, wake_at, owes, last_seq FROM kept)" +
            where + "; DROP TABLE kept");
    }
    EXPECT_THAT(examine(), IsEmpty());
}

TEST_F(Doctor, FindsAnEndedRunThatHasNotEnded) {
    damage("UPDATE workflow_runs SET status = 3 WHERE id = " + blob(waiting_));
    EXPECT_THAT(examine(), ElementsAre("wrong_row"));
    EXPECT_THAT(details_[0], HasSubstr("does not end it"));
}

TEST_F(Doctor, FindsEventsWithoutARow) {
    damage("DELETE FROM workflow_runs WHERE id = " + blob(ended_));
    EXPECT_THAT(examine(), ElementsAre("no_row"));
}

TEST_F(Doctor, FindsAGraphThatIsGone) {
    damage("PRAGMA foreign_keys = 0; DELETE FROM workflow_graphs");
    EXPECT_THAT(examine(), ElementsAre("no_plan"));
}

TEST_F(Doctor, NotesAnOrphanThatTheNextStartCancels) {
    // The owner that it names is this process, which lives.
    std::filesystem::remove(folder_ + "/swiftgrid.lock");
    damage("UPDATE workflow_runs SET parent_run_id = " + blob(ended_) +
           " WHERE id = " + blob(waiting_));
    EXPECT_THAT(examine(), ElementsAre("wrong_row"));
    EXPECT_THAT(notes_, ElementsAre("orphan"));
}

TEST_F(Doctor, FindsAnOrphanThatARunningServerLeavesAlone) {
    damage("UPDATE workflow_runs SET parent_run_id = " + blob(ended_) +
           " WHERE id = " + blob(waiting_));
    const auto lock = store::DataLock::acquire(folder_);
    EXPECT_THAT(examine(), Contains("orphan"));
}

TEST_F(Doctor, FindsPagesThatWereOverwritten) {
    // The log is in the file itself after a proper end.
    const std::string path = folder_ + "/swiftgrid.db";
    const auto size = std::filesystem::file_size(path);
    {
        std::FILE* file = std::fopen(path.c_str(), "r+");
        ASSERT_NE(file, nullptr);
        const std::string noise(4096, '\x5a');
        for (std::uintmax_t page = size / 4096 / 2; page < size / 4096; page += 2) {
            std::fseek(file, static_cast<long>(page * 4096), SEEK_SET);
            std::fwrite(noise.data(), 1, noise.size(), file);
        }
        std::fclose(file);
    }
    auto inspector = store::Inspector::open(folder_);
    if (!inspector) return;  // so damaged that it is said at once
    EXPECT_FALSE(examine().empty());
}

TEST_F(Doctor, FindsSecretsThatNoKeyOpens) {
    EXPECT_EQ(examine_secrets(), "");
    std::filesystem::remove(folder_ + "/swiftgrid.lock");
    const auto keys = control::read_key_ring({folder_, ""});
    ASSERT_TRUE(keys && *keys);
    std::filesystem::remove(key_file());
    EXPECT_THAT(examine_secrets(),
                AllOf(StartsWith("unreadable_secrets: cannot read 1 of the secrets "
                                 "(resume-token-key): it was sealed with the key"),
                      HasSubstr("there is no key at hand"), HasSubstr("Bring the key back"),
                      HasSubstr("delete --unreadable")));
    EXPECT_FALSE(std::filesystem::exists(key_file()));
    EXPECT_EQ(examine_secrets((*keys)->to_text()), "");
    const control::KeyRing other({control::ServerKey::random()});
    ASSERT_TRUE(control::write_key_ring(other, folder_));
    EXPECT_THAT(examine_secrets(),
                AllOf(StartsWith("unreadable_secrets"), HasSubstr("and the key at hand is")));
    EXPECT_THAT(notes_, IsEmpty());
    std::filesystem::permissions(key_file(), std::filesystem::perms::all);
    EXPECT_THAT(examine_secrets(), StartsWith("unreadable_key: "));
}

TEST_F(Doctor, DoesNotBlameARunningServerForAKeyThatItCannotSee) {
    const auto lock = store::DataLock::acquire(folder_);
    EXPECT_EQ(examine_secrets(), "");
    EXPECT_EQ(moments_, 0);
    ASSERT_TRUE(control::write_key_ring(control::KeyRing({control::ServerKey::random()}), folder_));
    EXPECT_THAT(examine_secrets(), StartsWith("unreadable_secrets"));
    EXPECT_EQ(moments_, 1);  // it may just be sealing everything anew
    std::filesystem::remove(key_file());
    EXPECT_THAT(examine_secrets(), HasSubstr("SWIFTGRID_SERVER_KEY"));
    EXPECT_THAT(notes_, ElementsAre("secrets_not_examined"));
}

TEST_F(Doctor, IsNeededBecauseAStartWithoutTheKeyLeavesNothing) {
    std::filesystem::remove(key_file());
    const auto host = Host::create({folder_, {}, 1}, *zygote_);
    ASSERT_FALSE(host.has_value());
    EXPECT_THAT(host.error().message,
                AllOf(HasSubstr("cannot read 1 of the secrets"), HasSubstr("Nothing was changed")));
    EXPECT_FALSE(std::filesystem::exists(key_file()));
}

TEST(Inspector, NamesAFolderWithoutADatabase) {
    const auto inspector = store::Inspector::open("/nowhere");
    ASSERT_FALSE(inspector.has_value());
    EXPECT_EQ(inspector.error().code, ErrorCode::not_found);
    EXPECT_THAT(inspector.error().message, HasSubstr("/nowhere/swiftgrid.db"));
}

}  // namespace
}  // namespace swiftgrid::app
