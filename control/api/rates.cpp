#include "control/api/rates.h"

#include <algorithm>

namespace sluice {

void Rates::sample(const std::vector<OutcomeTotal>& totals, TimePoint now) {
  if (!wants_sample(now)) return;
  std::map<Key, OutcomeTotal> sums;
  for (const auto& total : totals)
    if (!total.service.empty()) sums[{total.service, total.variant}] += total;

  if (last_) {
    Interval interval{*last_, now, {}};
    for (const auto& [key, total] : sums) {
      const auto before = totals_.find(key);
      auto gained = gain(total, before == totals_.end() ? nullptr : &before->second);
      if (gained.requests > 0 || gained.assigned > 0) interval.gains.emplace(key, std::move(gained));
    }
    intervals_.push_back(std::move(interval));
  }
  while (!intervals_.empty() && intervals_.front().begin < now - window) intervals_.pop_front();
  totals_ = std::move(sums);
  last_ = now;
}

// Counters that went back belong to a variant that went and came again: all of them are new.
Rates::Gain Rates::gain(const OutcomeTotal& now, const OutcomeTotal* before) {
  static const OutcomeTotal nothing;
  if (!before || before->requests() > now.requests() || before->by(ChosenBy::split) > now.by(ChosenBy::split))
    before = &nothing;
  Gain gained{.requests = now.requests() - before->requests(),
              .errors = now.responses[5] - std::min(before->responses[5], now.responses[5]),
              .assigned = now.by(ChosenBy::split) - before->by(ChosenBy::split),
              .pinned = now.by(ChosenBy::pin) - std::min(before->by(ChosenBy::pin), now.by(ChosenBy::pin)),
              .latency = {}};
  const auto latency = now.latency(), latency_before = before->latency();
  for (std::uint32_t i = 0; i < LatencyBuckets::count; ++i)
    if (latency[i] > latency_before[i]) gained.latency.emplace_back(i, latency[i] - latency_before[i]);
  return gained;
}

VariantRates Rates::of(const std::string& service, const std::string& variant) const {
  Gain sum;
  std::uint64_t assigned_to_service = 0, requests_of_service = 0;
  std::vector<std::uint64_t> latency(LatencyBuckets::count);
  for (const auto& interval : intervals_)
    for (const auto& [key, gained] : interval.gains) {
      if (key.first != service) continue;
      assigned_to_service += gained.assigned;
      requests_of_service += gained.requests;
      if (key.second != variant) continue;
      sum.requests += gained.requests;
      sum.errors += gained.errors;
      sum.assigned += gained.assigned;
      sum.pinned += gained.pinned;
      for (const auto& [bucket, count] : gained.latency) latency[bucket] += count;
    }

  VariantRates rates;
  if (assigned_to_service > 0)
    rates.measured_share = static_cast<double>(sum.assigned) / static_cast<double>(assigned_to_service);
  if (requests_of_service > 0)
    rates.pinned_share = static_cast<double>(sum.pinned) / static_cast<double>(requests_of_service);
  if (sum.requests == 0) return rates;
  // Less than a second says little: a burst right after the start is not a rate.
  const std::chrono::duration<double> elapsed = intervals_.back().end - intervals_.front().begin;
  rates.requests_per_second = static_cast<double>(sum.requests) / std::max(elapsed.count(), 1.0);
  rates.error_rate = static_cast<double>(sum.errors) / static_cast<double>(sum.requests);
  rates.p50_ms = quantile_ms(latency, 0.5);
  rates.p99_ms = quantile_ms(latency, 0.99);
  return rates;
}

}  // namespace sluice
