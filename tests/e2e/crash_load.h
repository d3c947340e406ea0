#pragma once

// Clients of the server that dies: they start runs of every node kind, half of them with a key, and
// answer what the runs ask over the addresses that the runs sent. Each repeats what was not
// answered as long as it may.

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "client.h"
#include "crash_service.h"

namespace swiftgrid::e2e {

// Creates the flows and gives the one to start.
std::string create_crash_flows(Client& client, const std::string& service);

class CrashLoad {
public:
    CrashLoad(const ServerProcess& server, CrashService& service, std::string flow);
    ~CrashLoad();

    CrashLoad(const CrashLoad&) = delete;
    CrashLoad& operator=(const CrashLoad&) = delete;

    // Starts no more. The questions of the runs under way are still answered.
    void stop_starting();
    // Answers no more; nothing may be open any longer.
    void finish();

    struct Start {
        std::string key;  // "" without one
        std::string body;
        std::string run;
    };
    // To be read when nobody starts any more.
    const std::vector<Start>& acknowledged() const { return acknowledged_; }
    std::size_t lost() const { return lost_; }  // without a key and without an answer

    // By run: with what it was resumed.
    const std::map<std::string, std::string>& resumed() const { return resumed_; }

private:
    void start_runs(std::size_t client);
    bool start_once(Client& client, Start& start);
    void answer_questions(std::size_t client);

    const ServerProcess& server_;
    CrashService& service_;
    std::string flow_;
    std::mutex mutex_;
    std::vector<Start> acknowledged_;
    std::map<std::string, std::string> resumed_;
    std::atomic<std::size_t> lost_ = 0;
    std::atomic<bool> stopping_ = false;
    std::vector<std::thread> starters_;
    std::vector<std::thread> answerers_;
};

}  // namespace swiftgrid::e2e
