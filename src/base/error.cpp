#include "base/error.h"

namespace swiftgrid {

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::bad_request: return "bad_request";
        case ErrorCode::invalid_document: return "invalid_document";
        case ErrorCode::unauthorized: return "unauthorized";
        case ErrorCode::forbidden: return "forbidden";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::method_not_allowed: return "method_not_allowed";
        case ErrorCode::conflict: return "conflict";
        case ErrorCode::precondition_failed: return "precondition_failed";
        case ErrorCode::precondition_required: return "precondition_required";
        case ErrorCode::gone: return "gone";
        case ErrorCode::too_large: return "too_large";
        case ErrorCode::unsupported_media_type: return "unsupported_media_type";
        case ErrorCode::rate_limited: return "rate_limited";
        case ErrorCode::overloaded: return "overloaded";
        case ErrorCode::storage_full: return "storage_full";
        case ErrorCode::not_available: return "not_available";
        case ErrorCode::timeout: return "timeout";
        case ErrorCode::cancelled: return "cancelled";
        case ErrorCode::script_error: return "script_error";
        case ErrorCode::network_error: return "network_error";
        case ErrorCode::egress_refused: return "egress_refused";
        case ErrorCode::storage_error: return "storage_error";
        case ErrorCode::internal: return "internal";
    }
    return "internal";
}

}  // namespace swiftgrid
