#include "crash_service.h"

#include <functional>
#include <thread>
#include <utility>

#include <curl/curl.h>

#include "base/json.h"
#include "eventually.h"

namespace swiftgrid::e2e {
namespace {

// What a service takes to think, so that attempts are under way when the server dies.
constexpr std::chrono::milliseconds thinking{1};

// One attempt in so many fails the first time.
constexpr std::size_t failing_one_in = 8;

constexpr std::string_view key_header = "\r\nidempotency-key: ";

std::string key_of(const std::string& head) {
    const std::size_t begin = head.find(key_header);
    if (begin == std::string::npos) return "";
    const std::size_t value = begin + key_header.size();
    return head.substr(value, head.find('\r', value) - value);
}

bool fails(const std::string& key) {
    return key.ends_with(":1") && std::hash<std::string>()(key) % failing_one_in == 0;
}

}  // namespace

int CrashService::take(const HttpSink::Request& request) {
    std::this_thread::sleep_for(thinking);
    const std::string key = key_of(request.head);
    if (key.empty()) return 200;  // the question of next_life()
    const std::lock_guard lock(mutex_);
    ++requests_;
    arrivals_[key].push_back(life_);
    changed_.notify_all();
    if (fails(key)) return 503;
    if (request.head.starts_with("post /ask ")) {
        const std::string url(parse_json(request.body).value().at("answerTo").as_string());
        questions_.push_back(url.substr(url.find("/api/")));
    }
    if (request.head.starts_with("post /report ")) {
        const std::string run = key.substr(0, key.find(':'));
        reported_.insert(run);
        open_.erase(run);
    }
    return 200;
}

void CrashService::next_life() {
    // Requests are answered in order: once this one is, those of the dead server have been counted.
    CURL* handle = ::curl_easy_init();
    const std::string url = "http://" + address() + "/";
    ::curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    ::curl_easy_perform(handle);
    ::curl_easy_cleanup(handle);
    const std::lock_guard lock(mutex_);
    ++life_;
}

bool CrashService::wait_for_more(std::size_t count) {
    std::unique_lock lock(mutex_);
    const std::size_t wanted = requests_ + count;
    return changed_.wait_for(lock, patience, [&] { return requests_ >= wanted; });
}

bool CrashService::wait_for_room(std::size_t open_max) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || open_.size() < open_max; });
    return !closed_;
}

void CrashService::acknowledge(const std::string& run) {
    const std::lock_guard lock(mutex_);
    if (!reported_.contains(run)) open_.insert(run);
}

std::optional<std::string> CrashService::next_question() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !questions_.empty(); });
    if (questions_.empty()) return std::nullopt;
    std::string question = questions_.front();
    questions_.erase(questions_.begin());
    return question;
}

void CrashService::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

CrashService::Arrivals CrashService::arrivals() const {
    const std::lock_guard lock(mutex_);
    return arrivals_;
}

}  // namespace swiftgrid::e2e
