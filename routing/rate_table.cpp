#include "routing/rate_table.h"

#include <algorithm>
#include <bit>

namespace sluice {

RateTable::RateTable(std::size_t places) : buckets_(std::bit_ceil(std::max<std::size_t>(places / 4, 1))) {}

ArrivalTime& RateTable::budget(std::uint64_t key, SteadyTime now) noexcept {
  auto& bucket = buckets_[key & (buckets_.size() - 1)];
  key |= std::uint64_t{1} << 63;  // 0 is nobody's
  if (auto* own = find(bucket, key)) return *own;
  if (auto* free = claim(bucket, key, std::chrono::nanoseconds(now.time_since_epoch()).count())) return *free;
  return displace(bucket, key);
}

ArrivalTime* RateTable::find(Bucket& bucket, std::uint64_t key) noexcept {
  for (auto& place : bucket.places)
    if (place.key.load(std::memory_order_relaxed) == key) return &place.arrival;
  return nullptr;
}

// A place whose budget is full.
ArrivalTime* RateTable::claim(Bucket& bucket, std::uint64_t key, std::int64_t now) noexcept {
  for (auto& place : bucket.places) {
    auto holder = place.key.load(std::memory_order_relaxed);
    if (place.arrival.load(std::memory_order_relaxed) > now) continue;
    const bool taken = place.key.compare_exchange_strong(holder, key, std::memory_order_relaxed);
    if (taken || holder == key) return &place.arrival;
  }
  return nullptr;
}

ArrivalTime& RateTable::displace(Bucket& bucket, std::uint64_t key) noexcept {
  const auto arrival = [](const Place& place) { return place.arrival.load(std::memory_order_relaxed); };
  auto& place = *std::ranges::min_element(bucket.places, {}, arrival);
  place.key.store(key, std::memory_order_relaxed);
  place.arrival.store(0, std::memory_order_relaxed);
  return place.arrival;
}

}  // namespace sluice
