// What came of the exchanges, counted where the traffic is: per worker, listener and variant. Cells are
// cumulative, written by one worker only, never reset; readers add the workers up and subtract two readings.
// The metrics, `status` and later the gates all read from here.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "health/attempt_counts.h"
#include "health/exposure_counts.h"
#include "health/latency_histogram.h"
#include "routing/router.h"
#include "routing/snapshot.h"

namespace sluice {

// Adds to a counter that only this thread writes: no locked instruction is needed.
inline void add(std::atomic<std::uint64_t>& counter, std::uint64_t n = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

struct OutcomeCell {
  std::string listener, service, variant;  // service and variant empty: answered by Sluice itself
  SlotRef listener_slot, variant_slot;     // keep the numbers taken while the cell lives

  struct Durations {
    LatencyHistogram latency;
    std::atomic<std::uint64_t> microseconds{};  // their sum
  };

  std::array<std::atomic<std::uint64_t>, 6>
      responses{};  // by status / 100; [0]: the client left before an answer
  std::array<std::atomic<Durations*>, 6> durations{};  // likewise; made with the first response of its class
  std::array<std::atomic<std::uint64_t>, ways_to_choose> chosen{};  // by what put the request here (ChosenBy)

  OutcomeCell() = default;
  ~OutcomeCell();
  OutcomeCell(const OutcomeCell&) = delete;
  OutcomeCell& operator=(const OutcomeCell&) = delete;

  void count(ChosenBy by) noexcept { add(chosen[static_cast<std::size_t>(by)]); }
  // One exchange that ended with this status (0: with none). The cell's writer only.
  void record(std::uint16_t status, std::chrono::nanoseconds duration);
};

// The sum over workers of one (listener, service, variant).
struct OutcomeTotal {
  std::string listener, service, variant;
  std::array<std::uint64_t, 6> responses{};
  std::array<std::uint64_t, ways_to_choose> chosen{};  // by ChosenBy
  struct Durations {
    std::vector<std::uint64_t> latency;  // by LatencyBuckets::index; empty if there were none
    std::uint64_t microseconds = 0;

    void add(const Durations& other);
  };
  std::array<Durations, 6> durations;

  [[nodiscard]] std::uint64_t requests() const noexcept;
  [[nodiscard]] std::uint64_t by(ChosenBy what) const noexcept {
    return chosen[static_cast<std::size_t>(what)];
  }
  // All classes together, by LatencyBuckets::index.
  [[nodiscard]] std::vector<std::uint64_t> latency() const;
  OutcomeTotal& operator+=(const OutcomeTotal& other);
};

// The cells of one worker. cell() is for that worker's thread, adopt() too; totals() for any.
class OutcomeShard {
 public:
  // Makes a cell for each listener and variant that the snapshot knows, and lets go of those that it no
  // longer names.
  void adopt(const Snapshot& snapshot);

  // The cell of a variant, or of the listener's own answers when `variant` is null. Valid until the next
  // adopt that no longer names it; exchanges of an older snapshot then get the listener's own or a spare
  // cell.
  [[nodiscard]] OutcomeCell& cell(const Listener& listener, const Variant* variant) noexcept;

  [[nodiscard]] ExposureShard& exposures() noexcept { return exposures_; }
  [[nodiscard]] const ExposureShard& exposures() const noexcept { return exposures_; }

  [[nodiscard]] AttemptShard& attempts() noexcept { return attempts_; }
  [[nodiscard]] const AttemptShard& attempts() const noexcept { return attempts_; }

  void add_to(std::vector<OutcomeTotal>& totals) const;

 private:
  using Row = std::vector<OutcomeCell*>;  // [0] the listener's own, [1 + variant slot]

  OutcomeCell& make(const Listener& listener, const Service* service, const Variant* variant);

  std::vector<Row> rows_;  // by listener slot
  OutcomeCell spare_;
  ExposureShard exposures_;
  AttemptShard attempts_;
  mutable std::mutex mutex_;  // guards cells_ against totals(); never taken for a request
  std::vector<std::unique_ptr<OutcomeCell>> cells_;  // those in use
};

class Outcomes {
 public:
  // One shard a worker, for the life of the process. Called at start only.
  OutcomeShard& add_shard() { return shards_.emplace_back(); }

  // Thread-safe. Counters of a vanished variant vanish with it.
  [[nodiscard]] std::vector<OutcomeTotal> totals() const;
  [[nodiscard]] ExposureTotals exposures() const;
  [[nodiscard]] AttemptTotals attempts() const;

 private:
  std::deque<OutcomeShard> shards_;
};

// The duration below which `quantile` (0..1) of the recorded ones lie, in milliseconds; 0 if there are none.
[[nodiscard]] double quantile_ms(const std::vector<std::uint64_t>& latency, double quantile) noexcept;

}  // namespace sluice
