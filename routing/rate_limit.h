// How many requests may pass in a time, by the generic cell rate algorithm (ITU-T I.371, annex A): a token
// bucket that is one number, the theoretical arrival time of the next request, which each request that passes
// moves on by per/requests. Pure: time is passed in. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "routing/target_state.h"

namespace sluice {

class RateTable;

struct Rate {
  std::uint32_t requests = 1;           // 1 to 1,000,000
  std::chrono::milliseconds per{1000};  // 100 ms to 1 d
  std::uint32_t burst = 1;              // so many may come at once after a quiet time: 1 to 1,000,000
  bool operator==(const Rate&) const = default;
};

// Nanoseconds of the steady clock; 0, as any time that is past, is a full budget.
using ArrivalTime = std::atomic<std::int64_t>;

class Gcra {
 public:
  explicit Gcra(const Rate& rate) noexcept;

  // Takes one request out of the budget and returns 0; or, if that is used up, how long to wait for the next.
  [[nodiscard]] std::chrono::nanoseconds take(ArrivalTime& arrival, SteadyTime now) const noexcept;
  bool operator==(const Gcra&) const = default;

 private:
  std::int64_t interval_;   // between two requests at the steady rate, ns
  std::int64_t tolerance_;  // how much too early one may be: the burst, ns
};

// Whose requests share a budget: everybody's, or each user's or address' own.
enum class LimitBy : std::uint8_t { everybody, identity, address };

// Of a listener or a rule, as a snapshot has it. The budgets themselves are the process' (rate_table.h).
struct RateLimit {
  Gcra gcra;
  LimitBy by = LimitBy::everybody;
  std::uint32_t service = 0;  // index into Snapshot::services: whose identities, for LimitBy::identity
  std::uint64_t seed = 0;     // of keys, unknown to clients: they must not be able to meet another's budget
  std::shared_ptr<RateTable> budgets;
  bool operator==(const RateLimit&) const = default;
};

}  // namespace sluice
