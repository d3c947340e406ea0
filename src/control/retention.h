#pragma once

// How long finished runs are kept: the setting `retentionDays`.

#include <atomic>
#include <cstdint>
#include <functional>

#include "base/instant.h"
#include "control/settings_service.h"

namespace swiftgrid::control {

class Retention {
public:
    // To be called before the first change.
    void when_changed(std::function<void()> changed) { changed_ = std::move(changed); }

    void set(std::int64_t days);

    // Finished runs that have ended before this are not kept.
    Instant kept_since(Instant now) const;
    std::int64_t days() const { return days_; }

private:
    static constexpr std::int64_t days_default = 90;

    friend Setting retention_setting(Retention& retention);

    std::atomic<std::int64_t> days_ = days_default;
    std::function<void()> changed_;
};

// `retention` outlives the setting.
Setting retention_setting(Retention& retention);

}  // namespace swiftgrid::control
