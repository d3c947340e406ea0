#include "nodes/llm_chat/perform.h"

#include <map>
#include <mutex>

#include <fmt/format.h>

#include "net/http_client.h"
#include "nodes/llm_chat/conversation.h"
#include "nodes/llm_chat/limits.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

using Done = std::function<void(Outcome)>;

Outcome refused(engine::RunError error) {
    Outcome outcome;
    outcome.result = std::move(error);
    return outcome;
}

// What servers turned out to understand, by address and model: the next attempt begins with it.
class KnownDialects {
public:
    Dialect find(const Settings& settings) {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(key_of(settings));
        return found == known_.end() ? first_dialect(settings) : found->second;
    }

    void learn(const Settings& settings, const Dialect& dialect) {
        const std::lock_guard lock(mutex_);
        if (known_.size() >= limits::llm_dialects) known_.clear();
        known_[key_of(settings)] = dialect;
    }

private:
    // Settings that begin differently must not share what was learnt.
    static std::string key_of(const Settings& settings) {
        return fmt::format("{} {} {} {}", settings.url, settings.model,
                           static_cast<int>(settings.token_field), settings.schema.has_value());
    }

    std::mutex mutex_;
    std::map<std::string, Dialect> known_;
};

// The attempts under way. Owners: the performer, and each attempt, which may end later.
class Attempts {
public:
    Attempts(net::HttpClient& client, PriceTable prices)
        : client_(client), prices_(std::move(prices)) {}

    struct Attempt {
        AttemptKey key;
        Conversation conversation;
        Done done;
    };
    using AttemptPtr = std::shared_ptr<Attempt>;  // owners: the callbacks of its request

    static void begin(const std::shared_ptr<Attempts>& self, const PerformRequest& perform,
                      Settings settings, Done done) {
        Dialect dialect = self->dialects_.find(settings);
        auto attempt = std::make_shared<Attempt>(
            perform.key,
            Conversation({std::move(settings), dialect,
                          fmt::format("{}:{}:{}", to_string(perform.key.run), perform.node().id,
                                      perform.key.attempt),
                          perform.show, self->prices_}),
            std::move(done));
        {
            const std::lock_guard lock(self->mutex_);
            self->requests_[attempt->key] = {};
        }
        send(self, attempt);
    }

    void cancel(const AttemptKey& key) {
        const std::lock_guard lock(mutex_);
        const auto found = requests_.find(key);
        if (found == requests_.end()) return;
        found->second.is_cancelled = true;
        if (found->second.handle) client_.cancel(*found->second.handle);
    }

private:
    struct Request {
        std::optional<net::RequestHandle> handle;
        bool is_cancelled = false;  // maybe between two requests
    };

    static void send(const std::shared_ptr<Attempts>& self, const AttemptPtr& attempt) {
        net::HttpRequest request = attempt->conversation.next_request();
        request.on_body = [attempt](const net::HttpResponse& head, std::string_view piece) {
            return attempt->conversation.on_body(head, piece);
        };
        {
            const std::lock_guard lock(self->mutex_);
            Request& under_way = self->requests_[attempt->key];
            if (!under_way.is_cancelled) {
                under_way.handle = self->client_.start(
                    std::move(request),
                    [self, attempt](const net::HttpResult& result) { end(self, attempt, result); });
                return;
            }
        }
        self->finish(*attempt, refused(engine::make_run_error("cancelled", "cancelled")));
    }

    static void end(const std::shared_ptr<Attempts>& self, const AttemptPtr& attempt,
                    const net::HttpResult& result) {
        Conversation& conversation = attempt->conversation;
        const Dialect before = conversation.dialect();
        auto outcome = conversation.on_end(result);
        if (conversation.dialect() != before)
            self->dialects_.learn(conversation.settings(), conversation.dialect());
        if (outcome)
            self->finish(*attempt, std::move(*outcome));
        else
            send(self, attempt);
    }

    void finish(const Attempt& attempt, Outcome outcome) {
        {
            const std::lock_guard lock(mutex_);
            requests_.erase(attempt.key);
        }
        attempt.done(std::move(outcome));
    }

    net::HttpClient& client_;
    const PriceTable prices_;
    KnownDialects dialects_;
    std::mutex mutex_;
    std::map<AttemptKey, Request> requests_;
};

class Performer : public OutsidePerformer {
public:
    Performer(net::HttpClient& client, PriceTable prices)
        : attempts_(std::make_shared<Attempts>(client, std::move(prices))) {}

    void start(PerformRequest perform, std::function<void(Outcome)> done) override {
        auto settings = read_settings(perform);
        if (!settings) {
            done(refused(std::move(settings.error())));
            return;
        }
        Attempts::begin(attempts_, perform, std::move(*settings), std::move(done));
    }

    void cancel(const AttemptKey& key) override { attempts_->cancel(key); }

private:
    const std::shared_ptr<Attempts> attempts_;
};

}  // namespace

std::unique_ptr<OutsidePerformer> make_performer(net::HttpClient& client, PriceTable prices) {
    return std::make_unique<Performer>(client, std::move(prices));
}

}  // namespace swiftgrid::nodes::llm_chat
