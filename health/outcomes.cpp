#include "health/outcomes.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace sluice {

std::uint64_t OutcomeTotal::requests() const noexcept {
  return std::accumulate(responses.begin(), responses.end(), std::uint64_t{0});
}

void OutcomeTotal::Durations::add(const Durations& other) {
  if (other.latency.empty()) return;
  latency.resize(LatencyBuckets::count);
  for (std::size_t i = 0; i < latency.size(); ++i) latency[i] += other.latency[i];
  microseconds += other.microseconds;
}

OutcomeTotal& OutcomeTotal::operator+=(const OutcomeTotal& other) {
  for (std::size_t i = 0; i < responses.size(); ++i) responses[i] += other.responses[i];
  for (std::size_t i = 0; i < durations.size(); ++i) durations[i].add(other.durations[i]);
  for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] += other.chosen[i];
  return *this;
}

std::vector<std::uint64_t> OutcomeTotal::latency() const {
  std::vector<std::uint64_t> all(LatencyBuckets::count);
  for (const auto& of_class : durations)
    for (std::size_t i = 0; i < of_class.latency.size(); ++i) all[i] += of_class.latency[i];
  return all;
}

OutcomeCell::~OutcomeCell() {
  for (auto& made : durations) delete made.load(std::memory_order_relaxed);
}

void OutcomeCell::record(std::uint16_t status, std::chrono::nanoseconds duration) {
  const auto hundreds = std::min<std::size_t>(status / 100, responses.size() - 1);
  auto* of_class = durations[hundreds].load(std::memory_order_relaxed);
  if (!of_class) {
    of_class = new Durations;
    durations[hundreds].store(of_class, std::memory_order_release);
  }
  of_class->latency.record(duration);
  add(of_class->microseconds, static_cast<std::uint64_t>(duration / std::chrono::microseconds(1)));
  // Last, and released: a reader that sees the count sees the durations too.
  responses[hundreds].store(responses[hundreds].load(std::memory_order_relaxed) + 1,
                            std::memory_order_release);
}

namespace {

void add_durations(OutcomeTotal::Durations& to, const OutcomeCell::Durations& from) {
  to.latency.resize(LatencyBuckets::count);
  for (std::size_t i = 0; i < LatencyBuckets::count; ++i) to.latency[i] += from.latency.at(i);
  to.microseconds += from.microseconds.load(std::memory_order_relaxed);
}

}  // namespace

void OutcomeShard::adopt(const Snapshot& snapshot) {
  exposures_.adopt(snapshot);
  std::lock_guard lock(mutex_);
  std::unordered_set<const OutcomeCell*> used;
  const auto take = [&](const Listener& listener, const Service* service, const Variant* variant) {
    auto& rows = rows_;
    if (rows.size() <= listener.slot->index) rows.resize(listener.slot->index + 1);
    auto& row = rows[listener.slot->index];
    const std::size_t column = variant ? 1 + variant->slot->index : 0;
    if (row.size() <= column) row.resize(column + 1);
    auto*& cell = row[column];
    // A number may have changed hands since: the slots tell.
    const auto mine = [&] {
      return cell && cell->listener_slot == listener.slot &&
             cell->variant_slot == (variant ? variant->slot : nullptr);
    };
    if (!mine()) cell = &make(listener, service, variant);
    used.insert(cell);
  };
  for (const auto& listener : snapshot.listeners) {
    take(*listener, nullptr, nullptr);
    for (const auto& service : snapshot.services)
      for (const auto& variant : service->variants) take(*listener, service.get(), &variant);
  }
  for (auto& row : rows_)
    for (auto*& cell : row)
      if (!used.contains(cell)) cell = nullptr;
  std::erase_if(cells_, [&](const auto& cell) { return !used.contains(cell.get()); });
}

OutcomeCell& OutcomeShard::make(const Listener& listener, const Service* service, const Variant* variant) {
  auto& cell = *cells_.emplace_back(std::make_unique<OutcomeCell>());
  cell.listener = listener.name;
  cell.listener_slot = listener.slot;
  if (variant) {
    cell.service = service->name;
    cell.variant = variant->name;
    cell.variant_slot = variant->slot;
  }
  return cell;
}

OutcomeCell& OutcomeShard::cell(const Listener& listener, const Variant* variant) noexcept {
  const std::size_t column = variant ? 1 + variant->slot->index : 0;
  if (listener.slot->index >= rows_.size()) return spare_;
  const auto& row = rows_[listener.slot->index];
  if (column >= row.size() || !row[column]) return spare_;
  return *row[column];
}

void OutcomeShard::add_to(std::vector<OutcomeTotal>& totals) const {
  std::lock_guard lock(mutex_);
  for (const auto& cell : cells_) {
    auto total = std::ranges::find_if(totals, [&](const OutcomeTotal& t) {
      return t.listener == cell->listener && t.service == cell->service && t.variant == cell->variant;
    });
    if (total == totals.end()) {
      total = totals.emplace(totals.end());
      total->listener = cell->listener;
      total->service = cell->service;
      total->variant = cell->variant;
    }
    const auto read = [](const std::atomic<std::uint64_t>& n) { return n.load(std::memory_order_relaxed); };
    for (std::size_t i = 0; i < cell->responses.size(); ++i)
      total->responses[i] += cell->responses[i].load(std::memory_order_acquire);
    for (std::size_t i = 0; i < cell->durations.size(); ++i)
      if (const auto* made = cell->durations[i].load(std::memory_order_acquire))
        add_durations(total->durations[i], *made);
    for (std::size_t i = 0; i < cell->chosen.size(); ++i) total->chosen[i] += read(cell->chosen[i]);
  }
}

std::vector<OutcomeTotal> Outcomes::totals() const {
  std::vector<OutcomeTotal> totals;
  for (const auto& shard : shards_) shard.add_to(totals);
  return totals;
}

ExposureTotals Outcomes::exposures() const {
  ExposureTotals totals;
  for (const auto& shard : shards_) shard.exposures().add_to(totals);
  return totals;
}

AttemptTotals Outcomes::attempts() const {
  AttemptTotals totals;
  for (const auto& shard : shards_) shard.attempts().add_to(totals);
  return totals;
}

double quantile_ms(const std::vector<std::uint64_t>& latency, double quantile) noexcept {
  const auto all = std::accumulate(latency.begin(), latency.end(), std::uint64_t{0});
  if (all == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(quantile * static_cast<double>(all - 1)) + 1;
  std::uint64_t seen = 0;
  std::size_t i = 0;
  while ((seen += latency[i]) < wanted) ++i;
  const auto begin = i == 0 ? 0 : LatencyBuckets::end(i - 1);
  return static_cast<double>(begin + LatencyBuckets::end(i)) / 2 / 1000;
}

}  // namespace sluice
