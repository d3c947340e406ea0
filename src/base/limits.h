#pragma once

// Every limit of the system, with its unit and the reason for its size. The defaults a user may
// change are those of engine.md section 9; the rest protects the process.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace swiftgrid::limits {

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

// The flow document (engine.md section 9).
constexpr std::size_t graph_nodes = 2'000;
constexpr std::size_t graph_edges = 8 * graph_nodes;
constexpr std::size_t flow_name_characters = 200;
constexpr std::size_t node_id_characters = 128;
constexpr std::size_t change_summary_bytes = 8'000;
constexpr std::size_t router_conditions = 100;
// Nobody reads more problems of one document than this.
constexpr std::size_t problems = 1'000;

// Import and export. Flows of one bundle, all of which are checked and written in one transaction:
// some hundred milliseconds; and the nodes of all of them, each of which may become a code node
// with a kilobyte of text around n8n's. What an import tells about them, how long one line of it
// is, and how much of the text of an n8n workflow it quotes.
constexpr std::size_t bundle_flows = 500;
constexpr std::size_t bundle_nodes = 25'000;
constexpr std::size_t import_notes = 2'000;
constexpr std::size_t import_note_bytes = 1'000;
constexpr std::size_t import_quoted_characters = 160;
// Names of n8n's workflows and nodes, and what is written about them.
constexpr std::size_t import_name_bytes = 200;
constexpr std::size_t import_description_bytes = 4'000;
// The body of a loop inside the body of a loop, and so on; and how many loops of one workflow are
// looked at: each costs a walk over the whole of it.
constexpr std::size_t import_loop_depth = 8;
constexpr std::size_t import_loops = 100;
// Secrets that a call of another workflow of the file hands over.
constexpr std::size_t import_handed_secrets = 50;
// Levels that our document has around what it keeps of n8n's.
constexpr std::size_t import_depth_around = 24;

// What nodes may be told to do, as their schemas say it: a hundred years, a year in which a run may
// last, and the most tokens that a model is asked for.
constexpr std::int64_t wait_ms_max = 3'162'240'000'000;
constexpr std::int64_t run_seconds_max = 31'622'400;
constexpr std::int64_t retries_max = 100;
constexpr std::int64_t answer_tokens_max = 128'000;

// Data that flows through a run.
constexpr std::size_t request_body_bytes = 16 * mebibyte;
constexpr std::size_t run_input_bytes = 16 * mebibyte;
constexpr std::size_t node_result_bytes = 16 * mebibyte;
// Deeper documents only serve to exhaust stacks.
constexpr std::size_t json_depth = 128;
// A template of more than this many characters is a program; it belongs into a code node.
constexpr std::size_t expression_characters = 10'000;
constexpr std::size_t path_steps = 64;
// An error text or a log line is for people.
constexpr std::size_t error_message_bytes = 8 * 1024;
// What stands for a secret in everything that is stored or shown.
constexpr std::string_view redacted_text = "[redacted]";
constexpr std::size_t log_lines_per_node = 1'000;
constexpr std::size_t log_bytes_per_node = 256 * 1024;

// Secrets and variables. Every value is looked for in everything that runs make, so that their
// number and size is memory and, a little, time: about a hundred bytes per byte of a secret.
constexpr std::size_t env_names = 1'000;
constexpr std::size_t env_name_characters = 128;
constexpr std::size_t env_value_bytes = 16 * 1024;
constexpr std::size_t env_values_bytes = 512 * 1024;
// A shorter one would be found everywhere.
constexpr std::size_t secret_characters_min = 6;
// Values that were replaced or deleted are looked for as well, as long as the process lives.
constexpr std::size_t retired_secrets = 1'000;
constexpr std::size_t retired_secret_bytes = env_values_bytes;

// Schedules. An expression that lists all minutes, hours, days and months by number has some 330
// characters.
constexpr std::size_t cron_characters = 500;
constexpr std::size_t cron_preview_occurrences = 100;
// Occurrences that are started at the same time; the others wait, so that they refuse nobody.
constexpr std::size_t schedule_starts = 64;
// Rows read at a time when a start looks at all schedules.
constexpr std::size_t schedules_per_read = 1'000;
// What is later than this was missed, as if the server had been down: a machine that slept, a clock
// that was set, a disk that was full.
constexpr std::int64_t schedule_late_ms = 60'000;
// Until what could not be started for want of room is tried again.
constexpr std::int64_t schedule_retry_ms = 1'000;
// What a schedule remembers of its past, and how much of that its answers show.
constexpr std::size_t schedule_history = 1'000;
constexpr std::size_t schedule_history_shown = 20;
// How far back missed occurrences are counted: a year of minutes takes a moment.
constexpr std::int64_t schedule_missed_days = 366;

// Scripts.
constexpr std::int64_t script_time_ms = 5'000;
constexpr std::int64_t script_time_ms_max = 300'000;
constexpr std::size_t script_memory_bytes = 64 * mebibyte;
constexpr std::size_t script_stack_bytes = 512 * 1024;
constexpr std::size_t script_source_bytes = 1 * mebibyte;
// After the engine's own deadline the supervisor waits this long, then kills the worker.
constexpr std::int64_t script_kill_grace_ms = 200;

// Outgoing HTTP.
constexpr std::int64_t http_time_ms = 30'000;
constexpr std::int64_t http_time_ms_max = 24LL * 60 * 60 * 1000;
constexpr std::size_t http_redirects = 5;
constexpr std::size_t http_response_header_bytes = 256 * 1024;
constexpr std::size_t http_requests_in_flight = 1'000;

// Private addresses that the settings open: each is looked at for every connection.
constexpr std::size_t egress_entries = 1'000;
constexpr std::size_t egress_entry_characters = 300;

// Runs.
constexpr std::size_t run_depth = 10;
// Runs that one run may start, directly and through them.
constexpr std::uint32_t descendants = 1'000'000;
constexpr std::uint32_t map_items = 1'000'000;
constexpr std::uint32_t map_concurrency = 1'000;
// The items of a map with at most so many at a time stay on the shard of its run, where an item
// costs less than a commit; those of a wider one are spread over all shards.
constexpr std::uint32_t map_items_beside_parent = 32;
// What a run may be allowed to spend on language models.
constexpr std::int64_t budget_tokens = 1'000'000'000'000;
constexpr std::int64_t budget_usd = 1'000'000;
// Tokens, or billionths of a dollar, that are counted: more than any budget, and exact as a double.
constexpr std::int64_t spending_max = 2'000'000'000'000'000;
// A server that asks for more patience gets it by hand.
constexpr std::int64_t retry_after_ms_max = 24LL * 60 * 60 * 1000;
// Commands that may wait in one shard before new starts are refused with 503.
constexpr std::size_t inbox_commands = 16'384;
// Commands handled in one turn before the batch is handed to the journal.
constexpr std::size_t turn_commands = 1'024;
// Runs whose state is kept in memory; idle ones beyond are evicted and reloaded on demand.
constexpr std::size_t runs_in_memory = 20'000;
// Wake-ups of one shard that are kept in memory, about 150 bytes each; the later ones stay on disk.
constexpr std::size_t timers_in_memory = 65'536;
// Wake-ups read from disk in one turn: some milliseconds.
constexpr std::size_t timers_per_read = 8'192;
// Bytes of events of one transaction: keeps a commit below some tens of milliseconds.
constexpr std::size_t commit_bytes = 8 * mebibyte;

// Caches: what a start of a run needs of a flow, and plans. A plan of 10 nodes takes about 10 KB.
constexpr std::size_t flow_heads = 100'000;
constexpr std::size_t plans_in_memory = 1'000;

// Tests of single nodes: how long one may take, and how many at the same time.
constexpr std::int64_t node_test_ms = 60'000;
constexpr std::size_t node_tests = 4;

// Browsers and clients.
constexpr std::size_t page_items = 20;
constexpr std::size_t page_items_max = 200;
constexpr std::size_t run_detail_events = 1'000;
// A longer result is left out of a list of many; it is seen where it belongs.
constexpr std::size_t listed_value_bytes = 32 * 1024;
constexpr std::int64_t wait_seconds_max = 300;
// Requests that wait for the database; beyond it the answer is 503.
constexpr std::size_t api_work_waiting = 1'024;
constexpr std::size_t connections = 4'096;
constexpr std::size_t stream_subscribers = 1'024;
// A reader that is further behind than this is cut; it resumes from Last-Event-ID.
constexpr std::size_t stream_queue_bytes = 1 * mebibyte;
// Live output of running nodes that is kept for readers who come later: of one node, and of all.
constexpr std::size_t chunk_bytes_per_node = 256 * 1024;
constexpr std::size_t chunk_bytes = 64 * mebibyte;
// Tokens that are kept become one chunk up to this size; more would make each of them dearer.
constexpr std::size_t merged_chunk_bytes = 8 * 1024;
constexpr std::int64_t stream_heartbeat_ms = 15'000;
constexpr std::int64_t idempotency_hours = 24;
constexpr std::int64_t drain_ms = 10'000;

// Accounts: who may sign in, and how often somebody may try.
constexpr std::size_t users = 1'000;
constexpr std::size_t api_tokens = 1'000;
// The oldest of a person gives way to a new one.
constexpr std::size_t sessions_per_person = 50;
constexpr std::int64_t session_days = 30;
// Without any use of it.
constexpr std::int64_t session_idle_days = 7;
constexpr std::size_t email_bytes = 254;
constexpr std::size_t token_name_characters = 100;
constexpr std::size_t password_characters_min = 12;
constexpr std::size_t password_bytes = 1'024;
// What a browser calls itself is kept with a session up to here.
constexpr std::size_t user_agent_bytes = 300;
// Nothing that signs in is longer, and it is read before we know who sends it.
constexpr std::size_t sign_in_body_bytes = 16 * 1024;
// Argon2id of one password: a tenth of a second, and the memory of every thread that does it.
constexpr std::size_t password_hash_bytes = 64 * mebibyte;
constexpr std::uint64_t password_hash_passes = 2;
constexpr std::size_t password_hashes = 2;
// Sign-ins that wait for one of them; beyond it the answer is 503.
constexpr std::size_t sign_ins_waiting = 32;
// Attempts to sign in that fail: so many at once, then one in so long. An address stands for
// everybody behind it.
constexpr std::size_t sign_in_attempts_per_account = 10;
constexpr std::int64_t sign_in_attempt_per_account_ms = 60'000;
constexpr std::size_t sign_in_attempts_per_address = 30;
constexpr std::int64_t sign_in_attempt_per_address_ms = 10'000;
// Accounts and addresses whose attempts are remembered, about 100 bytes each.
constexpr std::size_t sign_in_subjects = 20'000;
// How often the last uses of sessions and tokens are written down.
constexpr std::int64_t account_uses_ms = 60'000;

// Webhooks. What a flow takes by default, and may be set to take.
constexpr std::int64_t webhook_calls_per_minute = 100;
constexpr std::int64_t webhook_calls_per_minute_max = 100'000;
// How far the time of a signed call may be from now, for clocks that differ and calls on their way.
constexpr std::int64_t webhook_tolerance_ms = 5LL * 60 * 1000;
// How long a secret is taken after a new one was made, unless something else is asked for.
constexpr std::int64_t webhook_overlap_hours = 24;
constexpr std::int64_t webhook_overlap_hours_max = 7LL * 24;
// Secrets of one flow that are taken at the same time: each costs a call one hash of its body.
constexpr std::size_t webhook_secrets = 4;
constexpr std::size_t webhook_secret_characters_min = 16;
constexpr std::size_t webhook_secret_characters_max = 256;
// Signatures of one call that are compared: those of a sender that rotates its own secret.
constexpr std::size_t webhook_signatures = 16;
constexpr std::size_t idempotency_key_characters = 255;
// A call that waits for the end of its run; senders rarely wait longer.
constexpr std::int64_t webhook_wait_ms = 30'000;
// A larger body is checked on a worker thread: hashing this much takes some hundred microseconds.
constexpr std::size_t webhook_inline_bytes = 64 * 1024;
// What is remembered of the calls of a flow, and what waits to be written; beyond it only counted.
constexpr std::size_t webhook_deliveries = 100;
constexpr std::size_t webhook_deliveries_waiting = 4'096;
// Who watches for test calls at the same time, and the largest call that is shown.
constexpr std::size_t webhook_listeners = 64;
constexpr std::size_t webhook_shown_bytes = 256 * 1024;
// Parts of a multipart form.
constexpr std::size_t form_parts = 1'000;

// Notifications: channels, what one is told about, and what is remembered of its messages.
constexpr std::size_t notification_channels = 100;
constexpr std::size_t notification_name_characters = 100;
constexpr std::size_t notification_url_bytes = 2'048;
constexpr std::size_t notification_flows = 1'000;
// What follows the first message of a burst within so long is in one message with it.
constexpr std::int64_t notification_gather_seconds = 10;
constexpr std::int64_t notification_gather_seconds_max = 3'600;
// After a message the next one about the same waits for so many times that.
constexpr std::int64_t notification_quiet_factor = 6;
// The longest time that "slower than" and "waiting longer than" may mean.
constexpr std::int64_t notification_threshold_ms_max = 366LL * 24 * 60 * 60 * 1000;
// How often runs that wait are looked at, at most; a shorter threshold makes it its own.
constexpr std::int64_t notification_sweep_ms = 10'000;
constexpr std::int64_t notification_sweep_ms_min = 1'000;
// Runs that are looked at in one turn, and what has happened that is read in one.
constexpr std::size_t notification_runs = 1'000;
constexpr std::size_t notification_causes = 500;
// One request: how long it may take, and what is kept of the answer.
constexpr std::int64_t notification_time_ms = 15'000;
constexpr std::size_t notification_response_bytes = 64 * 1024;
constexpr std::size_t notification_answer_bytes = 1'000;
// Messages on their way at the same time, one of each channel.
constexpr std::size_t notification_sends = 16;
constexpr std::size_t notification_attempts = 10;
constexpr std::int64_t notification_retry_ms_max = 24LL * 60 * 60 * 1000;
// Until what could not be read or written is tried again.
constexpr std::int64_t notification_trouble_ms = 5'000;
// Messages of a channel that are remembered, and that may wait; what comes then is only noted.
constexpr std::size_t notification_deliveries = 1'000;
constexpr std::size_t notification_deliveries_waiting = 10'000;
// Of an error text in a chat; Discord takes 1,024.
constexpr std::size_t notification_error_characters = 1'000;

// History. How long deletions may hold up one commit, and how long they leave the disk alone
// afterwards: new runs wait for a portion at most.
constexpr std::int64_t deletion_portion_ms = 4;
constexpr std::int64_t deletion_pause_ms = 16;
// Runs that are looked up at a time to be deleted.
constexpr std::size_t deletion_runs = 200;
// Records of a run that are looked up at a time; what a portion has no time for follows.
constexpr std::size_t deletion_records = 16;
// How often what has to be deleted is looked for at least, and at most.
constexpr std::int64_t expiry_ms_max = 24LL * 60 * 60 * 1000;
constexpr std::int64_t expiry_ms_min = 60'000;
// Jobs over many runs: ids in one request, runs that are cancelled or started again at a time, jobs
// that wait for their turn, and jobs that are remembered.
constexpr std::size_t bulk_ids = 10'000;
constexpr std::size_t bulk_runs_at_once = 32;
constexpr std::size_t bulk_jobs_running = 32;
constexpr std::size_t bulk_jobs = 200;
// A job that is done in this time is answered at once, another with where to look.
constexpr std::int64_t bulk_wait_ms = 5'000;
// Until what met a full queue or disk is tried again.
constexpr std::int64_t bulk_retry_ms = 1'000;

// What a backup over HTTP leaves of the disk to runs; it is refused before it takes more.
constexpr std::size_t backup_disk_left_bytes = 64 * mebibyte;

// Rows that a list of runs reads for one page where no index has exactly what is asked for; the
// page ends there and says where to go on.
constexpr std::size_t run_rows_filtered = 1'000;

// Tests of flows, and backtests. One document of them.
constexpr std::size_t flow_tests = 500;
constexpr std::size_t flow_test_bytes = 4 * mebibyte;
constexpr std::size_t flow_test_name_characters = 200;
// One case or recorded run, and all of a request. The clock inside is set on, so that only scripts
// take time.
constexpr std::int64_t flow_test_ms = 10'000;
constexpr std::int64_t flow_tests_ms = 60'000;
// Requests that are worked on at the same time: each has a thread and script workers of its own.
constexpr std::size_t flow_test_jobs = 2;
// How soon a script that runs there notices that nobody wants its answer any more.
constexpr std::int64_t dry_run_glance_ms = 50;
constexpr std::size_t backtest_runs = 20;
constexpr std::size_t backtest_runs_max = 200;
// Pages of runs that are looked through for them: where runs are filtered a page may end early.
constexpr std::size_t backtest_run_pages = 20;
// Nobody reads more differences of one run, or longer values in them.
constexpr std::size_t flow_test_differences = 20;
constexpr std::size_t flow_test_value_bytes = 2'000;

// Workflows that assistants call as tools (MCP): their names and descriptions. Schemas that are
// larger are offered as "any object".
constexpr std::size_t tool_name_characters = 128;
constexpr std::size_t tool_description_characters = 4'000;
constexpr std::size_t tool_schema_bytes = 64 * 1024;
constexpr std::size_t tools_per_page = 50;
// How long a call waits for the end of its run: the official clients wait for a minute.
constexpr std::int64_t tool_wait_ms = 50'000;
// Calls that wait at the same time; the next one is told so.
constexpr std::size_t tool_calls = 256;
// An output ends in the context of a model. A longer one is read over the API.
constexpr std::size_t tool_output_bytes = 256 * 1024;
// Between two messages about the progress of a run.
constexpr std::int64_t tool_progress_ms = 250;
// What is wrong with arguments is told up to so many problems.
constexpr std::size_t tool_argument_problems = 20;
// Of the id of a request and of a progress token: they are kept while the call waits.
constexpr std::size_t mcp_id_bytes = 256;

// Metrics. Series that one metric has at most where people choose the values of a label, such as
// the name of a model: what comes later is counted as `other`.
constexpr std::size_t metric_series = 200;
// Flows that may be asked to be told apart.
constexpr std::size_t metric_flows_max = 1'000;
constexpr std::size_t metric_node_types = 64;

// Traces. Spans that wait to be sent, about 1 KB each; beyond it they are dropped and counted.
constexpr std::size_t trace_spans_waiting = 16'384;
constexpr std::size_t trace_spans_per_request = 512;
constexpr std::int64_t trace_delay_ms = 5'000;
constexpr std::int64_t trace_request_ms = 10'000;
constexpr std::size_t trace_response_bytes = 64 * 1024;
// A collector that does not answer is asked so often for one portion, with growing pauses.
constexpr std::size_t trace_attempts = 6;
constexpr std::int64_t trace_retry_ms = 1'000;
constexpr std::int64_t trace_retry_ms_max = 30'000;
// Of one attribute, such as a URL or a message.
constexpr std::size_t trace_attribute_bytes = 1'024;
// What is sent before the process ends.
constexpr std::int64_t trace_flush_ms = 2'000;

// Logs. Lines about runs in a second; the rest is counted in the next line.
constexpr std::int64_t log_run_lines_per_second = 20;
constexpr std::size_t log_value_bytes = 2'048;

}  // namespace swiftgrid::limits
