// Where revisions, rollouts and audit events last. One small interface, so that etcd can stand behind it:
// everything that one change consists of is one Write, which is there whole or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/store/records.h"
#include "routing/result.h"

namespace sluice {

struct Write {
  std::optional<RevisionRecord> revision;
  std::optional<RolloutRecord> rollout;
  std::vector<AuditEvent> events;
};

struct StoreError {
  enum class Kind {
    unavailable,  // disk full, read-only, locked, I/O: nothing was written; the same write may work later
    conflict      // the revision's parent is not the last one that the store has, or its number not above
  };
  Kind kind;
  std::string what;  // for people
};

// What the store had at start.
struct Stored {
  // Ascending. What did not change from one to the next is one object.
  std::vector<RevisionRecord> revisions;
  std::vector<RolloutRecord> rollouts;  // in the order of their first write
  std::vector<AuditEvent> events;       // ascending; the last `kept_events`
};

class Store {
 public:
  static constexpr std::size_t kept_revisions = 1000;  // the last ones
  static constexpr std::size_t kept_ended = 1000;      // ended rollouts, and revisions that ended one
  static constexpr std::size_t kept_events = 10'000;

  using Done = std::function<void(Result<void, StoreError>)>;

  virtual ~Store() = default;

  // Once, before any write.
  [[nodiscard]] virtual Result<Stored, std::string> load() = 0;

  // From the control thread. Calls `done` on the control thread once it lasts, or with why it does not; in
  // the order of the calls, and maybe before it returns. A write behind a failed one whose revision it builds
  // on fails, too.
  virtual void write(Write write, Done done) = 0;

  // Transactions that writes have made so far; 0 where there are none. Any thread.
  [[nodiscard]] virtual std::uint64_t commits() const noexcept { return 0; }
};

}  // namespace sluice
