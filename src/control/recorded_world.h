#pragma once

// The outside as a recorded run has heard it: every attempt is answered with what became of the
// same attempt of the node with the same id. What a run under test asks otherwise is noted.

#include <map>
#include <string>
#include <vector>

#include "control/json_difference.h"
#include "engine/event.h"
#include "runtime/dry_run.h"

namespace swiftgrid::control {

// A node asks something else than it did; it is answered all the same.
struct AskedElse {
    std::string node_id;
    std::uint32_t attempt = 1;
    std::vector<Difference> differences;  // of the inputs: expected is the recorded one
};

class RecordedWorld : public runtime::OutsideWorld {
public:
    // Every event of the run, in order.
    void note(const engine::Event& event, const model::Plan& plan);

    runtime::OutsideReply answer(const runtime::OutsideQuestion& question) override;
    // Scripts are carried out, and delays pass.
    bool replaces(const model::PlanNode&) const override { return false; }

    const std::vector<AskedElse>& asked_else() const { return asked_else_; }

private:
    struct Attempt {
        std::optional<JsonText> input;  // none: it was taken over from another run
        std::optional<runtime::OutsideAnswer> answer;
    };
    struct Node {
        std::string type;
        std::map<std::uint32_t, Attempt> attempts;
    };

    Attempt& attempt_at(const model::Plan& plan, model::NodeIndex node, std::uint32_t attempt);
    void compare(const runtime::OutsideQuestion& question, const JsonText& recorded);

    std::map<std::string, Node> nodes_;  // by id
    std::vector<AskedElse> asked_else_;
};

}  // namespace swiftgrid::control
