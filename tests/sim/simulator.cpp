#include "tests/sim/simulator.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace swiftgrid::sim {
namespace {

constexpr unsigned attempt_failures = 30;
// Time after which a shard tries again what it could not read.
constexpr Duration patience{1'001};

}  // namespace

Simulator::Simulator(const Catalogue& catalogue, const FlowBook& book, const History& history,
                     Tally& tally)
    : random_(history.seed),
      swarm_(draw_swarm(random_)),
      report_(history.lines),
      tally_(tally),
      book_(book),
      world_({catalogue, book, swarm_, history.sabotage, random_, report_, tally}) {}

bool Simulator::may(Fault fault, unsigned percent) {
    if (is_safe_ || !swarm_.has(fault) || !random_.chance(percent)) return false;
    tally_.count(fault);
    return true;
}

bool Simulator::run() {
    ++tally_.histories;
    world_.boot();
    safety();
    if (!report_.is_broken()) liveness();
    if (!report_.is_broken()) finish();
    return !report_.is_broken();
}

void Simulator::safety() {
    start();
    for (std::size_t i = 0; i < swarm_.ticks && !report_.is_broken(); ++i) {
        ++tally_.ticks;
        tick();
    }
}

void Simulator::tick() {
    if (may(Fault::crash, swarm_.crash_percent)) return crash();
    if (!world_.disk.loses_writes() && may(Fault::restart, 1)) return restart();
    if (may(Fault::failed_read, 2)) {
        has_failed_read_ = true;
        world_.disk.fail_read_after(random_.below(5));
    }
    if (may(Fault::lost_writes, 1)) world_.disk.lose_writes();
    switch (random_.below(32)) {
        case 0:
        case 1: return start();
        case 2: return cancel();
        case 3:
        case 4: return resume();
        case 5: return remove();
        case 6: return publish();
        case 7: return stray();
        case 8: return start_again();
        case 9: return rest();
        case 10:
        case 11: return pass_time();
        case 12: return set_clock();
        case 13:
        case 14:
        case 15:
        case 16:
        case 17: return answer();
        case 18:
        case 19:
        case 20:
        case 21:
        case 22:
        case 23: return pump();
        default: return turn();
    }
}

void Simulator::turn() {
    const std::size_t shard = random_.below(world_.shard_count());
    if (random_.chance(60)) world_.answer_script(shard);
    world_.turn(shard);
}

void Simulator::pump() {
    if (may(Fault::slow_disk, 60)) return;
    if (may(Fault::full_disk, 5)) world_.disk.fail_next_commit(ErrorCode::storage_full, false);
    if (may(Fault::failed_commit, 2)) world_.disk.fail_next_commit(ErrorCode::storage_error, false);
    if (may(Fault::torn_commit, 2)) world_.disk.fail_next_commit(ErrorCode::storage_error, true);
    if (!world_.pump()) return crash();
    world_.disk.heal();
}

void Simulator::answer() {
    auto& attempts = world_.attempts();
    if (attempts.empty() || may(Fault::late_result, 60)) return;
    const std::size_t chosen = random_.below(attempts.size());
    if (!attempts[chosen].is_cancelled && may(Fault::lost_result, 10)) {
        attempts[chosen].is_lost = true;
        return;
    }
    take_answer(chosen);
}

// False when it never comes.
bool Simulator::take_answer(std::size_t chosen) {
    BegunAttempt& attempt = world_.attempts()[chosen];
    if (attempt.is_lost && !attempt.is_cancelled) return false;
    if (attempt.is_cancelled && may(Fault::late_cancel, 50)) return true;
    const bool fails = swarm_.has(Fault::failed_attempt) && random_.chance(attempt_failures);
    if (fails) tally_.count(Fault::failed_attempt);
    nodes::Outcome outcome = draw_outcome(random_, attempt.request, fails);
    const nodes::AttemptKey key = attempt.request.key;
    if (may(Fault::double_result, 20)) {
        runtime::Submission twice;
        twice.run = key.run;
        twice.command =
            engine::CompleteNode{key.node, key.attempt, JsonText::trusted("\"twice\""), {}, 1, {}};
        world_.push(key.run, std::move(twice));
        attempt.was_told = true;
        if (random_.chance(50)) return true;  // and once more later
    }
    world_.answer(chosen, std::move(outcome));
    return true;
}

void Simulator::pass_time() {
    if (random_.chance(50))
        return world_.clock.advance(Duration{static_cast<std::int64_t>(random_.below(2'000))});
    sleep_until_next();
}

// Not before the next timer, and sometimes a little after it.
void Simulator::sleep_until_next() {
    const auto next = world_.next_wakeup();
    const Instant now = world_.clock.now();
    if (!next || *next <= now) return world_.clock.advance(Duration{10});
    world_.clock.advance(*next - now);
    if (random_.chance(30)) world_.clock.advance(Duration{1});
}

void Simulator::set_clock() {
    const auto by = Duration{static_cast<std::int64_t>(random_.below(20'000))};
    if (may(Fault::clock_forward, 60)) world_.clock.set(world_.clock.now() + by);
    if (may(Fault::clock_back, 60))
        world_.clock.set(world_.clock.now() + Duration{-by.milliseconds});
}

void Simulator::restart() {
    world_.disk.heal();
    world_.stop_in_order();
    for (auto& [run, promises] : promises_) promises.awaits_end = false;
    world_.boot();
}

void Simulator::crash() {
    const bool lied = world_.disk.loses_writes();
    world_.crash();
    for (auto& [run, promises] : promises_) promises.awaits_end = false;
    // What was promised on a disk that lies is forgiven.
    if (lied) promises_.clear();
    world_.boot();
}

void Simulator::rest() {
    world_.disk.heal();
    world_.settle();
    if (has_failed_read_) {
        world_.clock.advance(patience);
        world_.settle();
        has_failed_read_ = false;
    }
    if (!report_.is_broken()) world_.check_rest();
}

void Simulator::liveness() {
    is_safe_ = true;
    world_.scripts_never_fail();
    // A disk that lied, and attempts that never answer, end with the process.
    if (world_.disk.loses_writes() || random_.chance(30) ||
        std::ranges::any_of(world_.attempts(), &BegunAttempt::is_lost))
        random_.chance(50) && !world_.disk.loses_writes() ? restart() : crash();
    world_.publications.bring_all_back();
    constexpr std::size_t steps_max = 3'000;
    for (std::size_t step = 0; step < steps_max; ++step) {
        ++tally_.ticks;
        rest();
        const bool is_over = std::ranges::all_of(world_.truth.runs(), [](const auto& known) {
            return engine::is_final(known.second.state.status);
        });
        if (report_.is_broken() || (is_over && world_.attempts().empty())) return;
        answer_everything();
        if (random_.chance(50) && call_webhooks()) continue;
        sleep_until_next();
    }
    report_.broken("some runs do not end although nothing goes wrong any more");
}

void Simulator::answer_everything() {
    while (!world_.attempts().empty()) take_answer(random_.below(world_.attempts().size()));
    for (std::size_t shard = 0; shard < world_.shard_count(); ++shard)
        while (world_.answer_script(shard)) {
        }
}

// Everything has ended: what was promised is so, and stays so over one more crash.
void Simulator::finish() {
    for (const auto& [run, promises] : promises_) {
        const KnownRun* known = world_.truth.find(run);
        if (world_.truth.was_deleted(run)) continue;
        if (promises.was_acknowledged && known == nullptr)
            report_.broken("a run that was acknowledged is gone");
        if (promises.was_cancelled && known && known->state.status != engine::RunStatus::cancelled)
            report_.broken("a run that was cancelled is not");
        if (promises.awaits_end && promises.was_acknowledged && !promises.was_told_end)
            report_.broken("nobody was told that a run has ended");
    }
    for (RunId run : refused_)
        if (world_.truth.find(run)) report_.broken("a run that was refused is there");
    crash();
    rest();
}

std::uint64_t Simulator::fingerprint() const {
    std::uint64_t print = 0;
    for (const auto& [id, run] : world_.truth.runs())
        print = mix64(print ^ stable_hash(id.uuid, {run.state.last_sequence,
                                                    static_cast<std::uint64_t>(run.state.status)}));
    return print;
}

}  // namespace swiftgrid::sim
