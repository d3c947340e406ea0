#include "api/downloads.h"

namespace swiftgrid::api {
namespace {

// A client has no use for a piece of nothing, and would not ask for another.
void push_next(control::TextSource& text, EventQueue& queue) {
    std::string piece;
    Result<bool> more = true;
    while (more && *more && piece.empty()) more = text.next(piece);
    if (!more) return queue.abort();
    if (*more)
        queue.push(piece);
    else
        queue.push_last(piece);
}

}  // namespace

void answer_download(const Responder& respond, WorkerPool& workers, const Download& download) {
    LongBody body;
    body.headers = {{"Content-Type", download.content_type},
                    {"Content-Disposition", "attachment; filename=\"" + download.file_name + "\""},
                    {"Cache-Control", "no-store"},
                    {"X-Accel-Buffering", "no"}};
    body.more = [&workers, text = download.text](const std::shared_ptr<EventQueue>& queue) {
        const bool posted = workers.post([text, queue] { push_next(*text, *queue); });
        if (!posted) queue->abort();
    };
    respond.send_long(std::move(body));
}

}  // namespace swiftgrid::api
