// ./dev sim: runs histories until time or number is up. Prints what was run; on failure the seed
// that repeats it and the last lines of what happened.

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

#include <fmt/format.h>

#include "tests/sim/simulator.h"

namespace swiftgrid::sim {
namespace {

constexpr std::uint64_t histories_per_book = 16;
constexpr std::size_t story_lines = 50;
constexpr double seconds_default = 60;

struct Options {
    std::optional<std::uint64_t> seed;
    std::optional<std::uint64_t> runs;
    std::optional<double> seconds;
    std::size_t lines = 0;
};

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

std::uint64_t number_of(const char* text) { return std::strtoull(text, nullptr, 10); }

Options read_options(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        const bool has_value = i + 1 < count;
        if (name == "--lines" && has_value) {
            options.lines = number_of(arguments[++i]);
        } else if (name == "--seed" && has_value) {
            options.seed = number_of(arguments[++i]);
        } else if (name == "--runs" && has_value) {
            options.runs = number_of(arguments[++i]);
        } else if (name == "--seconds" && has_value) {
            options.seconds = static_cast<double>(number_of(arguments[++i]));
        } else {
            print("usage: sim [--seed N] [--runs N] [--seconds S] [--lines N]\n");
            std::exit(2);
        }
    }
    // A seed alone means that one history.
    if (options.seed && !options.runs && !options.seconds) options.runs = 1;
    if (!options.runs && !options.seconds) options.seconds = seconds_default;
    if (!options.seed)
        options.seed = static_cast<std::uint64_t>(
            std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1));
    return options;
}

void print_tally(const Tally& tally, double seconds) {
    print(
        fmt::format("{} histories in {:.1f} s: {:.0f} a second; {} ticks, {} runs, {} children, "
                    "{} commits, {} events\n",
                    tally.histories, seconds, static_cast<double>(tally.histories) / seconds,
                    tally.ticks, tally.runs, tally.children, tally.commits, tally.events));
    std::string faults;
    for (std::size_t i = 0; i < fault_count; ++i)
        faults += fmt::format("{}{} {}", i == 0 ? "" : ", ", tally.faults[i],
                              name_of(static_cast<Fault>(i)));
    print("faults: " + faults + "\n");
}

// What a failed assertion of the product leaves behind; one history runs at a time.
struct Current {
    std::uint64_t seed = 0;
    const Simulator* simulator = nullptr;
    const char* program = nullptr;
};
Current& current() {
    static Current now;
    return now;
}

void print_lines(const Report& report) {
    for (const std::string& line : report.lines()) print("  " + line + "\n");
}

[[noreturn]] void give_up(std::uint64_t seed) {
    print(fmt::format("repeat it with: ./dev sim --seed {}\n", seed));
    std::_Exit(1);
}

// A failed assertion: the same seed once more, with its story.
void on_abort(int) {
    const Current& now = current();
    if (now.simulator != nullptr && now.simulator->report().tells()) {
        print_lines(now.simulator->report());
        print(fmt::format("seed {}: an assertion failed\n", now.seed));
        give_up(now.seed);
    }
    const std::string seed = std::to_string(now.seed);
    const std::string lines = std::to_string(story_lines);
    ::execl(now.program, now.program, "--lines", lines.c_str(), "--seed", seed.c_str(), nullptr);
    give_up(now.seed);
}

bool run_one(const Catalogue& catalogue, const FlowBook& book, const History& history,
             Tally& tally) {
    Simulator simulator(catalogue, book, history, tally);
    current().seed = history.seed;
    current().simulator = &simulator;
    const bool is_good = simulator.run();
    if (!is_good && history.lines > 0) {
        print_lines(simulator.report());
        print(fmt::format("seed {}: {}\n", history.seed, simulator.report().problem()));
    }
    current().simulator = nullptr;
    return is_good;
}

int run(const Options& options) {
    using SteadyClock = std::chrono::steady_clock;
    const Catalogue catalogue;
    std::unique_ptr<FlowBook> book;
    std::uint64_t book_of = 0;
    Tally tally;
    const auto begin = SteadyClock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(SteadyClock::now() - begin).count();
    };
    for (std::uint64_t i = 0;; ++i) {
        if (options.runs && i >= *options.runs) break;
        if (options.seconds && seconds() >= *options.seconds) break;
        const std::uint64_t seed = *options.seed + i;
        if (!book || book_of != seed / histories_per_book) {
            book_of = seed / histories_per_book;
            book = std::make_unique<FlowBook>(catalogue.types, book_of);
        }
        if (run_one(catalogue, *book, {seed, Sabotage::none, options.lines}, tally)) continue;
        if (options.lines == 0)
            run_one(catalogue, *book, {seed, Sabotage::none, story_lines}, tally);
        give_up(seed);
    }
    print(fmt::format("seeds {} to {}: every rule held\n", *options.seed,
                      *options.seed + tally.histories - 1));
    print_tally(tally, seconds());
    return 0;
}

}  // namespace
}  // namespace swiftgrid::sim

int main(int count, char** arguments) {
    swiftgrid::sim::current().program = arguments[0];
    std::signal(SIGABRT, swiftgrid::sim::on_abort);
    return swiftgrid::sim::run(swiftgrid::sim::read_options(count, arguments));
}
