#pragma once

// Random graphs and what happens to them, from a seed: the same seed gives the same run, byte for
// byte.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/command.h"
#include "engine/effect.h"
#include "model/flow.h"
#include "model/plan.h"
#include "tests/property/random.h"

namespace swiftgrid::testing {

// The seed to begin with: SWIFTGRID_SEED, else the given one.
std::uint64_t seed_or(std::uint64_t otherwise);

// An acyclic graph of test nodes with routers, joins of both kinds, every onError, and templates
// that may read what is not there.
model::Graph random_graph(Random& random);

// An answer to owed work: mostly success, with random outputs.
engine::Command random_answer(Random& random, const model::Plan& plan,
                              const engine::Effect& effect);

// A command that makes no sense now: late, twice, another attempt, another node, a second start.
engine::Command random_nonsense(Random& random, const model::Plan& plan);

}  // namespace swiftgrid::testing
