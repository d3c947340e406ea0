// n8n's Wait as a delay or a wait for a call, and what answers or ends.

#include <cmath>

#include <fmt/format.h>

#include "base/instant.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/step.h"

namespace swiftgrid::control::n8n {
namespace {

std::int64_t unit_ms(std::string_view unit) {
    if (unit == "minutes") return 60'000;
    if (unit == "hours") return 3'600'000;
    if (unit == "days") return 86'400'000;
    return 1'000;
}

// A number, or a template that gives one.
json::value in_ms(StepMaker& maker, std::string_view name, double otherwise,
                  std::string_view unit) {
    const std::int64_t factor = unit_ms(unit);
    const auto* amount = maker.parameters().if_contains(name);
    if (amount && amount->is_string() && amount->get_string().starts_with('='))
        return json::value(
            fmt::format("{{{{ Math.round({} * {}) }}}}", maker.script(*amount), factor));
    double number = amount && amount->is_number() ? amount->to_number<double>() : otherwise;
    if (amount && amount->is_string())
        if (const auto read = parse_json(amount->get_string()); read && read->is_number())
            number = read->to_number<double>();  // n8n's form gives text at times
    const double ms = number * static_cast<double>(factor);
    if (!(ms >= 0)) return 0;
    return ms >= static_cast<double>(limits::wait_ms_max) ? limits::wait_ms_max : std::llround(ms);
}

void make_delay(StepMaker& maker) {
    maker.step().type = "delay";
    maker.step().place = maker.input();
    const bool is_old = maker.node().version < 1.1;
    std::string_view unit = text_at(maker.parameters(), "unit");
    if (unit.empty()) unit = is_old ? "hours" : "seconds";
    maker.data()["delayMs"] = in_ms(maker, "amount", is_old ? 1 : 5, unit);
}

void make_until(StepMaker& maker) {
    maker.step().type = "delay";
    maker.step().place = maker.input();
    json::value until = maker.value("dateTime");
    if (!until.is_string()) until = "";
    const std::string text(until.get_string());
    maker.data()["until"] = text;
    if (text.find("{{") != std::string::npos || parse_rfc3339(text)) return;
    if (parse_rfc3339(text + "Z")) maker.data()["until"] = text + "Z";
    maker.changed("the time it waits for has no zone, or cannot be read",
                  "Write it like 2030-01-31T09:00:00+01:00.");
}

void make_call(StepMaker& maker, std::string_view resume) {
    maker.step().type = "webhook-wait";
    maker.step().place = {maker.step().id, ".webhook_payload", {}};
    maker.data()["timeoutMs"] = limits::wait_ms_max;
    if (flag_at(maker.parameters(), "limitWaitTime", false)) {
        std::string_view unit = text_at(maker.parameters(), "resumeUnit");
        if (unit.empty()) unit = "hours";
        json::value limit = in_ms(maker, "resumeAmount", 1, unit);
        if (limit.is_int64() && text_at(maker.parameters(), "limitType") != "atSpecifiedTime")
            maker.data()["timeoutMs"] = std::max<std::int64_t>(1, limit.get_int64());
        else
            maker.changed("until when it waits was left out", "Enter how long it may wait.");
        maker.changed("when nobody calls in time, this step fails; n8n goes on",
                      "Lead its output 'error' to where the workflow goes on.");
    }
    if (resume == "form")
        maker.changed("it shows a form; here it waits for a call",
                      "Send its resume address to whoever decides.");
}

}  // namespace

void make_wait(StepMaker& maker) {
    const std::string_view resume = text_at(maker.parameters(), "resume");
    if (resume == "webhook" || resume == "form") return make_call(maker, resume);
    if (resume == "specificTime") return make_until(maker);
    make_delay(maker);
}

void make_respond(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    maker.step().type = "code-execution";
    maker.step().place = maker.input();
    const std::string_view with = text_at(parameters, "respondWith");
    json::value answer(maker.input_hole());
    if (with == "text") answer = maker.value("responseBody");
    if (with == "json") answer = maker.json_text("responseBody");
    if (with == "noData") answer = nullptr;
    if (with == "jwt" || with == "redirect" || with == "binary")
        maker.changed(fmt::format("it answers with '{}'; here it gives what comes in", with),
                      "Let the caller work with JSON.");
    maker.data()["inputs"] =
        json::object{{"answer", std::move(answer)}, {"isJson", with == "json"}};
    maker.data()["code"] =
        "// What the caller of the webhook gets.\n"
        "const { answer, isJson } = INPUT;\n"
        "return isJson && typeof answer === \"string\" ? JSON.parse(answer) : answer;\n";
    maker.changed(
        "the caller gets the output of the whole run here, at its end",
        "Set the webhook's response to 'wait'; make this the last step if only its result counts.");
    maker.name_left_out(object_member(parameters, "options"), {});
}

void make_stop(StepMaker& maker) {
    maker.step().type = "code-execution";
    maker.step().place = {maker.step().id, "", {}};
    json::value message = maker.value("errorMessage");
    if (text_at(maker.parameters(), "errorType") == "errorObject")
        message = maker.value("errorObject");
    maker.data()["inputs"] = json::object{{"message", std::move(message)}};
    maker.data()["code"] =
        "const { message } = INPUT;\n"
        "throw new Error(typeof message === \"string\" ? message : JSON.stringify(message));\n";
}

}  // namespace swiftgrid::control::n8n
