// How long it takes to look for secrets in what runs make: 16 MiB with none, one and a thousand.
// Usage: redactor_bench [secrets]

#include <chrono>
#include <random>

#include <fmt/format.h>

#include "runtime/redacted_stream.h"
#include "runtime/redactor.h"

namespace swiftgrid {
namespace {

std::mt19937_64 random_numbers(1);

std::string random_word(std::size_t length) {
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string word;
    while (word.size() < length) word += letters[random_numbers() % letters.size()];
    return word;
}

template <typename Work>
void measure(std::string_view what, std::size_t bytes, Work work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{:46} {:8.1f} ms {:8.0f} MB/s\n", what, ms,
               static_cast<double>(bytes) / 1000.0 / ms);
}

// Rows as a database answers them; some with an escape, some with what a secret begins with.
std::string rows(std::string_view beginning, std::string_view in_between, std::size_t bytes) {
    std::string text = "[";
    while (text.size() < bytes)
        text +=
            fmt::format(R"({{"id":{},"name":"{}","note":"{}{}{}"}},)", random_numbers() % 100'000,
                        random_word(12), beginning, random_word(40), in_between);
    text.back() = ']';
    return text;
}

void run(std::size_t count) {
    std::vector<std::string> secrets;
    secrets.reserve(count);
    for (std::size_t i = 0; i < count; ++i) secrets.push_back("sk-live-" + random_word(32));
    std::shared_ptr<const runtime::Redactor> redactor;
    measure(fmt::format("{} secrets: make ready", count), 0,
            [&] { redactor = std::make_shared<const runtime::Redactor>(secrets); });
    constexpr std::size_t size = std::size_t{16} << 20U;
    for (const auto& [what, text] :
         {std::pair("16 MiB of rows", rows("", "", size)),
          std::pair("16 MiB of rows with escapes", rows("", "\\n", size)),
          std::pair("16 MiB of rows that almost hold one", rows("sk-live-", "%20", size)),
          std::pair("16 MiB of rows that hold one each",
                    rows(count ? secrets[0] : "", "", size))}) {
        JsonText value = JsonText::trusted(text);
        measure(fmt::format("  {}", what), text.size(), [&] { redactor->redact_in(value); });
    }
    const std::string text = rows("", "", size / 16);
    measure("  1 MiB as a stream of 4 bytes each", text.size(), [&] {
        runtime::RedactedStream stream(redactor);
        std::size_t shown = 0;
        for (std::size_t at = 0; at < text.size(); at += 4)
            shown += stream.push(std::string_view(text).substr(at, 4)).size();
        if (shown == 0) fmt::print("nothing\n");
    });
}

}  // namespace
}  // namespace swiftgrid

int main(int argc, char** argv) {
    if (argc > 1) {
        swiftgrid::run(std::stoul(argv[1]));
        return 0;
    }
    for (const std::size_t count : {0, 1, 1'000}) swiftgrid::run(count);
}
