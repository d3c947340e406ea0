#pragma once

// Identifiers. Runs, flows and versions have UUIDv7 ids, so that creation order is id order and
// rows of the journal arrive nearly sorted. An id is 16 bytes; its text form is the usual 36
// characters. Drawing one needs time and randomness, which are arguments.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace swiftgrid {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Uuid&) const = default;
    bool is_nil() const { return *this == Uuid{}; }
};

std::string to_string(const Uuid& uuid);

// Accepts exactly the 36-character form, either case.
Result<Uuid> parse_uuid(std::string_view text);

// RFC 9562 version 7: 48 bits of milliseconds, then 74 bits of the given randomness.
Uuid make_uuid_v7(Instant now, std::span<const std::uint8_t, 10> random);

// Distinct types, so that a flow's id cannot be passed where a run's is wanted.
template <typename Tag>
struct Id {
    Uuid uuid;

    auto operator<=>(const Id&) const = default;
    bool is_nil() const { return uuid.is_nil(); }
};

using FlowId = Id<struct FlowTag>;
using RunId = Id<struct RunTag>;
using VersionId = Id<struct VersionTag>;

template <typename Tag>
std::string to_string(const Id<Tag>& id) {
    return to_string(id.uuid);
}

template <typename IdType>
Result<IdType> parse_id(std::string_view text) {
    auto uuid = parse_uuid(text);
    if (!uuid) return std::unexpected(uuid.error());
    return IdType{*uuid};
}

// Draws ids that increase even within one millisecond. Thread-safe. The process makes one.
class IdSource {
public:
    virtual ~IdSource() = default;
    virtual Uuid next() = 0;
};

// The address of a graph: the first 16 bytes of BLAKE2b of its canonical text. Equal graphs share
// one stored document, so a run never carries a copy.
struct GraphId {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const GraphId&) const = default;
};

GraphId graph_id_of(std::string_view canonical_text);
std::string to_string(const GraphId& id);  // 32 hex digits
Result<GraphId> parse_graph_id(std::string_view text);

}  // namespace swiftgrid

template <>
struct std::hash<swiftgrid::Uuid> {
    std::size_t operator()(const swiftgrid::Uuid& uuid) const noexcept {
        // The last 8 bytes of a UUIDv7 are random: that is hash enough for in-memory tables.
        std::size_t value = 0;
        for (std::size_t i = 8; i < 16; ++i) value = value << 8 | uuid.bytes[i];
        return value;
    }
};

template <typename Tag>
struct std::hash<swiftgrid::Id<Tag>> {
    std::size_t operator()(const swiftgrid::Id<Tag>& id) const noexcept {
        return std::hash<swiftgrid::Uuid>{}(id.uuid);
    }
};

template <>
struct std::hash<swiftgrid::GraphId> {
    std::size_t operator()(const swiftgrid::GraphId& id) const noexcept {
        std::size_t value = 0;
        for (std::size_t i = 0; i < 8; ++i) value = value << 8 | id.bytes[i];
        return value;
    }
};
