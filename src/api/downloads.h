#pragma once

// Answers that are too long for memory.

#include <memory>
#include <string>

#include "api/responder.h"
#include "api/worker_pool.h"
#include "control/text_source.h"

namespace swiftgrid::api {

struct Download {
    std::string content_type;
    std::string file_name;                      // that browsers save it under; ASCII without quotes
    std::shared_ptr<control::TextSource> text;  // owners: this and the piece under way
};

// Each piece is made on a worker thread, when the client has taken the one before. The workers
// outlive the answer.
void answer_download(const Responder& respond, WorkerPool& workers, const Download& download);

}  // namespace swiftgrid::api
