#include "control/flow_test_case.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/json_difference.h"
#include "expr/nearest_name.h"

namespace swiftgrid::control {
namespace {

using Names = std::vector<std::string>;

// The longest list has a mock for every attempt that a node can be told to make.
constexpr std::size_t attempts_max = limits::retries_max + 1;

std::string_view kind_of_value(const json::value& value) {
    return to_string(JsonText::from(value).kind());
}

// Reads one document; what is wrong is noted and left out.
class TestsReader {
public:
    std::vector<FlowTestCase> read(const json::value& document) {
        std::vector<FlowTestCase> cases;
        const json::object* object = object_at("", document, {"tests"});
        if (!object) return cases;
        const json::value* tests = object->if_contains("tests");
        if (!tests) {
            wrong("/tests", "missing_field", "the list of tests is missing",
                  R"(Write {"tests": [{"name": "…"}]}.)");
            return cases;
        }
        if (!tests->is_array()) {
            wrong_kind("/tests", "a list of tests", *tests);
            return cases;
        }
        const json::array& list = tests->get_array();
        if (list.size() > limits::flow_tests) {
            wrong("/tests", "too_many", fmt::format("there are {} tests", list.size()),
                  fmt::format("Keep at most {}.", limits::flow_tests));
            return cases;
        }
        for (std::size_t i = 0; i < list.size(); ++i)
            read_case(fmt::format("/tests/{}", i), list[i], cases);
        return cases;
    }

    std::vector<model::Problem> problems;

private:
    void wrong(const std::string& pointer, const char* code, std::string detail, std::string mend) {
        if (problems.size() < limits::problems)
            problems.push_back(problem_at(pointer, code, std::move(detail), std::move(mend)));
    }

    void wrong_kind(const std::string& pointer, const char* expected, const json::value& found) {
        wrong(pointer, "invalid_value",
              fmt::format("expected {}, found {}", expected, kind_of_value(found)),
              fmt::format("Write {} here.", expected));
    }

    // Null when it is none; members without a meaning are noted.
    const json::object* object_at(const std::string& pointer, const json::value& value,
                                  const Names& members) {
        const json::object* object = value.if_object();
        if (!object) {
            wrong_kind(pointer, "an object", value);
            return nullptr;
        }
        for (const auto& member : *object) {
            const std::string name(member.key());
            if (std::ranges::find(members, name) != members.end()) continue;
            const auto nearest = expr::nearest_name(name, members);
            wrong(pointer_below(pointer, name), "unknown_field",
                  fmt::format("'{}' has no meaning here", name),
                  nearest ? fmt::format("Did you mean '{}'?", *nearest)
                          : fmt::format("Use {}.", fmt::join(members, ", ")));
        }
        return object;
    }

    std::optional<std::string> text_in(const json::object& object, const std::string& pointer,
                                       std::string_view name) {
        const json::value* value = object.if_contains(name);
        if (!value) return std::nullopt;
        if (value->is_string()) return std::string(value->get_string());
        wrong_kind(pointer_below(pointer, name), "a text", *value);
        return std::nullopt;
    }

    void read_case(const std::string& pointer, const json::value& value,
                   std::vector<FlowTestCase>& cases) {
        const json::object* object =
            object_at(pointer, value, {"name", "input", "trigger", "at", "env", "mocks", "expect"});
        if (!object) return;
        FlowTestCase test;
        read_name(pointer, *object, test);
        if (const json::value* input = object->if_contains("input"))
            test.input = JsonText::from(*input);
        if (const auto trigger = text_in(*object, pointer, "trigger"))
            read_trigger(pointer + "/trigger", *trigger, test);
        if (const auto at = text_in(*object, pointer, "at")) read_time(pointer + "/at", *at, test);
        if (const json::value* env = object->if_contains("env"))
            read_env(pointer + "/env", *env, test);
        if (const json::value* mocks = object->if_contains("mocks"))
            read_mocks(pointer + "/mocks", *mocks, test);
        if (const json::value* expect = object->if_contains("expect"))
            read_expect(pointer + "/expect", *expect, test.expect);
        cases.push_back(std::move(test));
    }

    void read_name(const std::string& pointer, const json::object& object, FlowTestCase& test) {
        test.name = text_in(object, pointer, "name").value_or("");
        if (test.name.empty()) {
            if (!object.contains("name") || object.at("name").is_string())
                wrong(pointer + "/name", "missing_field", "the test has no name",
                      "Say in a few words what it shows.");
            return;
        }
        const std::size_t length = utf16_length(test.name);
        if (length > limits::flow_test_name_characters)
            wrong(pointer + "/name", "too_long", fmt::format("the name has {} characters", length),
                  fmt::format("Keep at most {}.", limits::flow_test_name_characters));
        if (!names_.insert(test.name).second)
            wrong(pointer + "/name", "duplicate_name",
                  fmt::format("another test is named '{}' too", test.name),
                  "Give each test a name of its own.");
    }

    void read_trigger(const std::string& pointer, const std::string& text, FlowTestCase& test) {
        if (const auto trigger = engine::parse_trigger(text))
            test.trigger = *trigger;
        else
            wrong(pointer, "invalid_value", fmt::format("nothing starts runs as '{}'", text),
                  "Write manual, webhook, cron, subflow, map, replay or mcp.");
    }

    void read_time(const std::string& pointer, const std::string& text, FlowTestCase& test) {
        if (const auto at = parse_rfc3339(text))
            test.at = *at;
        else
            wrong(pointer, "invalid_value", "expected a point in time with its zone",
                  "Write it like 2030-01-31T09:00:00Z.");
    }

    void read_env(const std::string& pointer, const json::value& value, FlowTestCase& test) {
        const json::object* object = value.if_object();
        if (!object) return wrong_kind(pointer, "an object of texts by name", value);
        for (const auto& member : *object) {
            if (member.value().is_string())
                test.env.emplace(member.key(), member.value().get_string());
            else
                wrong_kind(pointer_below(pointer, member.key()), "a text", member.value());
        }
    }

    void read_mocks(const std::string& pointer, const json::value& value, FlowTestCase& test) {
        const json::object* object = value.if_object();
        if (!object) return wrong_kind(pointer, "an object of mocks by step", value);
        for (const auto& member : *object) {
            const std::string below = pointer_below(pointer, member.key());
            FlowTestMocks mocks;
            if (const json::array* list = member.value().if_array()) {
                mocks.repeats = false;
                read_attempts(below, *list, mocks);
            } else if (auto mock = read_mock(below, member.value())) {
                mocks.attempts.push_back(*std::move(mock));
            }
            test.mocks.emplace(member.key(), std::move(mocks));
        }
    }

    void read_attempts(const std::string& pointer, const json::array& list, FlowTestMocks& mocks) {
        if (list.empty() || list.size() > attempts_max)
            return wrong(pointer, "invalid_value",
                         fmt::format("a list of mocks has 1 to {} entries, found {}", attempts_max,
                                     list.size()),
                         "Write one entry for each attempt, or one mock instead of a list for all "
                         "attempts.");
        for (std::size_t i = 0; i < list.size(); ++i)
            if (auto mock = read_mock(fmt::format("{}/{}", pointer, i), list[i]))
                mocks.attempts.push_back(*std::move(mock));
    }

    std::optional<FlowTestMock> read_mock(const std::string& pointer, const json::value& value) {
        const json::object* object =
            object_at(pointer, value, {"result", "outputs", "error", "timeout"});
        if (!object) return std::nullopt;
        FlowTestMock mock;
        if (const json::value* result = object->if_contains("result"))
            mock.result = JsonText::from(*result);
        if (const json::value* error = object->if_contains("error"))
            mock.error = read_error(pointer + "/error", *error);
        if (const json::value* timeout = object->if_contains("timeout")) {
            mock.times_out = *timeout == json::value(true);
            if (!mock.times_out) wrong_kind(pointer + "/timeout", "true", *timeout);
        }
        if (const json::value* outputs = object->if_contains("outputs"))
            read_outputs(pointer + "/outputs", *outputs, mock);
        if (mock.outputs && !object->contains("result"))
            wrong(pointer + "/outputs", "invalid_value", "only a result goes on by branches",
                  "Remove 'outputs', or write a 'result' beside it.");
        const int answers = static_cast<int>(object->contains("result")) +
                            static_cast<int>(object->contains("error")) +
                            static_cast<int>(object->contains("timeout"));
        if (answers != 1)
            wrong(pointer, "invalid_value",
                  "a mock has exactly one of 'result', 'error' and 'timeout'",
                  R"(Write {"result": …}, {"error": {"code": "…"}} or {"timeout": true}.)");
        return mock;
    }

    std::optional<engine::RunError> read_error(const std::string& pointer,
                                               const json::value& value) {
        const json::object* object =
            object_at(pointer, value, {"code", "message", "nodeId", "retryable", "details"});
        if (!object) return std::nullopt;
        const auto code = text_in(*object, pointer, "code");
        if (code ? code->empty() : !object->contains("code"))
            wrong(pointer + "/code", "missing_field", "the error has no code",
                  "Write one such as http_status, as runs show it.");
        text_in(*object, pointer, "message");
        // Runs that show none may show null; the step is the mocked one in any case.
        if (const json::value* node = object->if_contains("nodeId"); node && !node->is_null())
            text_in(*object, pointer, "nodeId");
        if (const json::value* flag = object->if_contains("retryable"); flag && !flag->is_bool())
            wrong_kind(pointer + "/retryable", "true or false", *flag);
        engine::RunError error = engine::run_error_from(value);
        if (error.message.empty()) error.message = "the test says that this step fails";
        return error;
    }

    void read_outputs(const std::string& pointer, const json::value& value, FlowTestMock& mock) {
        const json::array* list = value.if_array();
        if (!list) return wrong_kind(pointer, "a list of branches", value);
        mock.outputs.emplace();
        for (std::size_t i = 0; i < list->size(); ++i) {
            if ((*list)[i].is_string())
                mock.outputs->emplace_back((*list)[i].get_string());
            else
                wrong_kind(fmt::format("{}/{}", pointer, i), "the name of a branch", (*list)[i]);
        }
    }

    void read_expect(const std::string& pointer, const json::value& value,
                     FlowTestExpectation& expect) {
        const json::object* object =
            object_at(pointer, value, {"status", "output", "error", "nodes"});
        if (!object) return;
        expect.status = text_in(*object, pointer, "status");
        if (expect.status) {
            // Nobody is there to cancel it.
            if (*expect.status != "completed" && *expect.status != "failed")
                wrong(pointer + "/status", "invalid_value",
                      fmt::format("the run of a test does not end as '{}'", *expect.status),
                      "Write completed or failed.");
        }
        if (const json::value* output = object->if_contains("output")) expect.output = *output;
        expect.error = expected_error(pointer, *object);
        const json::value* nodes = object->if_contains("nodes");
        if (!nodes) return;
        if (!nodes->is_object())
            return wrong_kind(pointer + "/nodes", "an object of steps by id", *nodes);
        for (const auto& member : nodes->get_object())
            read_node(pointer_below(pointer + "/nodes", member.key()), member.value(),
                      expect.nodes[std::string(member.key())]);
    }

    void read_node(const std::string& pointer, const json::value& value, FlowTestNode& node) {
        static const Names statuses = {"completed", "failed", "skipped", "cancelled"};
        const json::object* object = object_at(pointer, value, {"status", "result", "error"});
        if (!object) return;
        node.status = text_in(*object, pointer, "status");
        if (node.status && std::ranges::find(statuses, *node.status) == statuses.end())
            wrong(pointer + "/status", "invalid_value",
                  fmt::format("a step does not end as '{}'", *node.status),
                  fmt::format("Write one of {}.", fmt::join(statuses, ", ")));
        if (const json::value* result = object->if_contains("result")) node.result = *result;
        node.error = expected_error(pointer, *object);
    }

    std::optional<json::value> expected_error(const std::string& pointer,
                                              const json::object& object) {
        const json::value* error = object.if_contains("error");
        if (!error) return std::nullopt;
        if (error->is_object()) return *error;
        wrong(pointer + "/error", "invalid_value",
              fmt::format("expected an object, found {}", kind_of_value(*error)),
              R"(Write {"code": "…"}; leave it out when there is to be none.)");
        return std::nullopt;
    }

    std::set<std::string> names_;
};

}  // namespace

Answer<std::vector<FlowTestCase>> read_flow_tests(const json::value& document) {
    TestsReader reader;
    auto cases = reader.read(document);
    if (!reader.problems.empty())
        return refuse_document("the tests cannot be read", std::move(reader.problems));
    return cases;
}

}  // namespace swiftgrid::control
