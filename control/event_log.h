// The recent audit events, for whoever asks what happened and for those who listen. Whoever changes something
// makes the event with next(), has the store record it, and then adds it here. Control thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "control/store/records.h"

namespace sluice {

class EventLog {
 public:
  static constexpr std::size_t kept = 1000;

  using Listeners = std::list<std::function<void()>>;

  // Its listener is called until this is gone. May outlive the log.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(const std::shared_ptr<Listeners>& listeners, Listeners::iterator place)
        : listeners_(listeners), place_(place) {}
    Subscription(Subscription&& other) noexcept
        : listeners_(std::exchange(other.listeners_, {})), place_(other.place_) {}
    Subscription& operator=(Subscription&&) = delete;
    ~Subscription() {
      if (const auto listeners = listeners_.lock()) listeners->erase(place_);
    }

   private:
    std::weak_ptr<Listeners> listeners_;
    Listeners::iterator place_;
  };

  // What the store had at the start, ascending; numbers go on from the last one.
  void restore(std::vector<AuditEvent> events);

  // The event with the next number and the time now, which nobody sees yet. An event that could not be
  // recorded leaves a gap in the numbers.
  [[nodiscard]] AuditEvent next(AuditEvent event);
  // Once it is recorded; in the order of the numbers, as the store comes back.
  void add(AuditEvent event);

  // Oldest first. The first ones with a higher number than `after`, or the last ones.
  [[nodiscard]] std::vector<AuditEvent> list(std::uint64_t after, std::size_t limit) const;
  [[nodiscard]] std::vector<AuditEvent> latest(std::size_t limit) const;

  // The number of the last one that was added; 0: none.
  [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
  // The number of the last one that is no longer here; 0: all are.
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

  // `listener` is called after each add; it may neither add nor subscribe, nor end a subscription.
  [[nodiscard]] Subscription subscribe(std::function<void()> listener);
  [[nodiscard]] std::size_t listeners() const noexcept { return listeners_->size(); }

 private:
  void keep(AuditEvent event);

  std::deque<AuditEvent> events_;  // ascending
  std::uint64_t given_ = 0, last_ = 0, forgotten_ = 0;
  std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();
};

}  // namespace sluice
