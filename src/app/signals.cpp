#include "app/signals.h"

#include <csignal>

#include <unistd.h>

namespace swiftgrid::app {
namespace {

sigset_t termination_set() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    ::sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

TerminationSignals::TerminationSignals() {
    const sigset_t set = termination_set();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A peer that goes away is an error of its write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
}

void TerminationSignals::wait() {
    const sigset_t set = termination_set();
    int signal = 0;
    while (::sigwait(&set, &signal) != 0) {
    }
}

void TerminationSignals::raise() { ::kill(::getpid(), SIGTERM); }

}  // namespace swiftgrid::app
