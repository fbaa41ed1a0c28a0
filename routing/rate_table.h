// The budgets of one rate limit, by key (rate_key.h): a table of a fixed size that all workers share, without
// locks and without allocations. It lies outside snapshots (state_table.h), so that a reload keeps it.
//
// A budget that is full again is as good as none, so its place is free for whoever comes. A key may stand in
// four places. If all of them hold others that are still short of their budgets, the one that is nearest to a
// full one is forgotten: that user gets a full budget too early, and nobody is refused for want of a place.
// With a quarter of the places in use that happens to less than one key in a hundred.
//
// The atomics are relaxed, and a key and its time are two of them. Workers that meet at one place at the very
// moment when it changes hands may charge a request to the other key, or give one key two places; a request
// or two too many pass then.
#pragma once

#include <array>
#include <vector>

#include "routing/rate_limit.h"

namespace sluice {

class RateTable {
 public:
  // `places`: how many budgets may be short at a time. Rounded up to a power of two, at least 4.
  explicit RateTable(std::size_t places);

  // The budget of a key; a full one if it has none yet. It is the key's until it is full again.
  [[nodiscard]] ArrivalTime& budget(std::uint64_t key, SteadyTime now) noexcept;

 private:
  struct Place {
    std::atomic<std::uint64_t> key{0};
    ArrivalTime arrival{0};
  };
  struct alignas(64) Bucket {
    std::array<Place, 4> places;
  };

  static ArrivalTime* find(Bucket& bucket, std::uint64_t key) noexcept;
  static ArrivalTime* claim(Bucket& bucket, std::uint64_t key, std::int64_t now) noexcept;
  static ArrivalTime& displace(Bucket& bucket, std::uint64_t key) noexcept;

  std::vector<Bucket> buckets_;
};

}  // namespace sluice
