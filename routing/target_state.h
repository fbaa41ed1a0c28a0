// What the whole process knows of a target, of a group and of a service, beside any snapshot: counts that all
// workers share and verdicts of whoever judges. Relaxed atomics, interned by name (state_table.h), so that a
// reload finds them as they were and a limit means the process, not the worker. Each on cache lines of its
// own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

namespace sluice {

using SteadyTime = std::chrono::steady_clock::time_point;

// What the active checks say. `initial`: no check has come to a verdict yet.
enum class CheckVerdict : std::uint8_t { initial, healthy, unhealthy };

struct alignas(64) TargetState {
  // Attempts that go on at it.
  std::atomic<std::uint32_t> in_flight{0};
  // Failed ones in a row, as the outlier policy counts them; 0 after one that went well.
  std::atomic<std::uint32_t> failed_in_row{0};

  // Until when it is ejected; the epoch: it is not. How often in a row it was, for the back-off.
  std::atomic<SteadyTime> ejected_until{};
  std::atomic<std::uint32_t> ejections{0};

  // Healthy where nobody checks.
  std::atomic<CheckVerdict> verdict{CheckVerdict::healthy};
  // When it became fit beside others that were; slow start counts from there. The epoch: long ago.
  std::atomic<SteadyTime> fit_since{};

  // Gets no new exchange; those in flight end by then. The epoch: it is not draining.
  std::atomic<SteadyTime> drain_by{};

  [[nodiscard]] bool is_draining() const noexcept { return load(drain_by) != SteadyTime{}; }
  [[nodiscard]] bool is_ejected(SteadyTime now) const noexcept { return now < load(ejected_until); }
  [[nodiscard]] bool is_fit(SteadyTime now) const noexcept {
    return !is_draining() && !is_ejected(now) && load(verdict) == CheckVerdict::healthy;
  }

  template <class T>
  [[nodiscard]] static T load(const std::atomic<T>& value) noexcept {
    return value.load(std::memory_order_relaxed);
  }
};

struct alignas(64) GroupState {
  std::atomic<std::uint32_t> requests{0};     // exchanges in flight
  std::atomic<std::uint32_t> tunnels{0};      // of those: that have switched protocols, and wait for no answer
  std::atomic<std::uint32_t> connections{0};  // open, idle ones included
  std::atomic<std::uint32_t> pending{0};      // exchanges that wait for a connection

  // Goes up with each verdict about one of its targets, so that whoever keeps a view makes it anew
  // (group_view.h). Release on change, acquire on look.
  alignas(64) std::atomic<std::uint32_t> version{0};
  std::atomic<bool> ejecting{false};  // somebody decides about an ejection just now
  std::atomic<bool> unfit{false};     // it was said that none of its targets is fit
  std::atomic<bool> panics{false};    // and that so few are that all are used
  void changed() noexcept { version.fetch_add(1, std::memory_order_release); }
};

struct alignas(64) ServiceState {
  std::atomic<std::uint32_t> retrying{0};  // exchanges in a second or later try
};

// One more in a count of what goes on, for as long as this lives.
class Counted {
 public:
  Counted() = default;
  explicit Counted(std::atomic<std::uint32_t>& count) noexcept
      : count_(&count), before_(count.fetch_add(1, std::memory_order_relaxed)) {}
  Counted(Counted&& other) noexcept : count_(std::exchange(other.count_, nullptr)), before_(other.before_) {}
  Counted& operator=(Counted&& other) noexcept {
    std::swap(count_, other.count_);
    std::swap(before_, other.before_);
    return *this;
  }
  ~Counted() {
    if (count_) count_->fetch_sub(1, std::memory_order_relaxed);
  }

  [[nodiscard]] bool counts() const noexcept { return count_ != nullptr; }
  // How many there were without it.
  [[nodiscard]] std::uint32_t before() const noexcept { return before_; }

 private:
  std::atomic<std::uint32_t>* count_ = nullptr;
  std::uint32_t before_ = 0;
};

}  // namespace sluice
