#include "api/metrics/process_metrics.h"

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

namespace swiftgrid::api {
namespace {

std::string read_file(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// What proc(5) calls the fields of /proc/self/stat, from the third on; the second is a name in
// brackets that may hold anything.
constexpr std::size_t user_ticks = 14;
constexpr std::size_t system_ticks = 15;
constexpr std::size_t start_ticks = 22;
constexpr std::size_t virtual_bytes = 23;
constexpr std::size_t resident_pages = 24;
constexpr std::size_t first_field = 3;

std::vector<double> stat_fields() {
    const std::string text = read_file("/proc/self/stat");
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream rest(text.substr(name_end + 1));
    std::vector<double> fields(first_field);
    for (std::string word; rest >> word;) {
        double number = 0;
        std::from_chars(word.data(), word.data() + word.size(), number);
        fields.push_back(number);
    }
    return fields;
}

// When the machine started, in seconds since the epoch.
std::optional<double> boot_time() {
    std::istringstream text(read_file("/proc/stat"));
    for (std::string line; std::getline(text, line);) {
        constexpr std::string_view name = "btime ";
        if (line.starts_with(name)) return std::stod(line.substr(name.size()));
    }
    return std::nullopt;
}

std::optional<double> open_files() {
    std::error_code error;
    std::filesystem::directory_iterator files("/proc/self/fd", error);
    if (error) return std::nullopt;
    // One of them is the folder that is being read.
    return static_cast<double>(std::distance(begin(files), end(files))) - 1;
}

}  // namespace

Families process_metrics() {
    Families families;
    const auto add = [&](const char* name, const char* help, double value) {
        families.push_back(gauge(name, help, value));
    };
    const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    if (const auto fields = stat_fields(); fields.size() > resident_pages) {
        families.push_back(counter("process_cpu_seconds_total", "Time on processors, in seconds",
                                   (fields[user_ticks] + fields[system_ticks]) / ticks_per_second));
        add("process_resident_memory_bytes", "Memory in use",
            fields[resident_pages] * static_cast<double>(::sysconf(_SC_PAGESIZE)));
        add("process_virtual_memory_bytes", "Address space in use", fields[virtual_bytes]);
        if (const auto boot = boot_time())
            add("process_start_time_seconds", "When the process started, since the epoch",
                *boot + fields[start_ticks] / ticks_per_second);
    }
    if (const auto count = open_files()) add("process_open_fds", "Open file descriptors", *count);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        add("process_max_fds", "File descriptors that may be open",
            static_cast<double>(limit.rlim_cur));
    return families;
}

}  // namespace swiftgrid::api
