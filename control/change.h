// Changes of routing intent as Revisions takes them: what is wanted, by whom, and why it was not done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "control/config.h"
#include "control/store/store.h"
#include "routing/result.h"
#include "routing/weight.h"

namespace sluice {

// Who makes a change and why, for the history.
struct Provenance {
  std::string author = "local";
  std::string reason = {};
};

using NamedWeights = std::vector<std::pair<std::string, Weight>>;

// Why a change was not made; nothing is another than it was.
struct ChangeRefused {
  enum class Reason {
    no_such_service,
    no_such_variant,
    variant_missing,
    named_twice,
    all_zero,
    too_fine,
    stale,
    rollout_running,  // which moves the service itself
    invalid_config,   // `problems` says all of it
    no_such_revision,
    store_unavailable,  // it could not be recorded; later it may
    not_published
  };
  Reason reason;
  std::string what;  // for people, with what would be right
  std::vector<config::Problem> problems = {};
};

[[nodiscard]] inline tl::unexpected<ChangeRefused> refuse(ChangeRefused::Reason reason, std::string what) {
  return failure(ChangeRefused{reason, std::move(what)});
}

// For a configuration that cannot be taken, with all that is wrong with it.
[[nodiscard]] tl::unexpected<ChangeRefused> refuse(std::vector<config::Problem> problems);
// What is wrong with a configuration as a whole.
[[nodiscard]] std::vector<config::Problem> without_place(std::string what);

// What a rollout does to its service; each in one revision, or in none where nothing is another than it was.
struct RolloutMove {
  std::string service;
  std::string variant;               // the new one
  Allocation before;                 // of the service, when the rollout began
  std::optional<Weight> share = {};  // its share from now on, in percent; others keep theirs relative
  bool restores = false;             // or: as before; what had a share and has none then is withdrawn
  bool finishes = false;             // the variant is the stable one, unless the file names another
  RolloutRecord record = {};         // stored together with it
  std::vector<AuditEvent> events = {};
};

// Whether a change may wait for the disk. One that takes a bad version back waits 100 ms, and is recorded
// when it can be.
enum class Urgency : std::uint8_t { recorded_first, at_once };

}  // namespace sluice
