#include "sandbox/progress_page.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>

namespace swiftgrid::sandbox {
namespace {

constexpr std::size_t page_bytes = 4096;

std::unexpected<Error> system_failure(const char* what) {
    return fail(ErrorCode::internal, std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

Result<ProgressPage> ProgressPage::create(UniqueFd& fd) {
    UniqueFd memory(::memfd_create("swiftgrid-script", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memory.is_open()) return system_failure("memfd_create");
    if (::ftruncate(memory.get(), page_bytes) != 0) return system_failure("ftruncate");
    if (::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return system_failure("F_ADD_SEALS");
    }
    auto page = map(memory.get());
    if (!page) return page;
    ::new (static_cast<void*>(page->progress_)) Progress();
    fd = std::move(memory);
    return page;
}

Result<ProgressPage> ProgressPage::map(int fd) {
    void* memory = ::mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) return system_failure("mmap of the progress page");
    return ProgressPage(static_cast<Progress*>(memory));
}

ProgressPage::ProgressPage(ProgressPage&& other) noexcept
    : progress_(std::exchange(other.progress_, nullptr)) {}

ProgressPage::~ProgressPage() {
    if (progress_ != nullptr) ::munmap(static_cast<void*>(progress_), page_bytes);
}

}  // namespace swiftgrid::sandbox
