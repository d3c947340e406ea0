#include "engine/event.h"

#include "engine/event_types.h"

namespace swiftgrid::engine {

std::string_view type_name(const EventBody& body) { return event_type(body).name; }

}  // namespace swiftgrid::engine
