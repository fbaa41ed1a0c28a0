#include "control/event_log.h"

#include <algorithm>
#include <utility>

namespace sluice {

void EventLog::restore(std::vector<AuditEvent> events) {
  for (auto& event : events) keep(std::move(event));
}

AuditEvent EventLog::next(AuditEvent event) {
  event.number = ++given_;
  event.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return event;
}

void EventLog::add(AuditEvent event) {
  keep(std::move(event));
  for (const auto& listener : *listeners_) listener();
}

void EventLog::keep(AuditEvent event) {
  given_ = std::max(given_, event.number);
  last_ = std::max(last_, event.number);
  const auto place = std::ranges::upper_bound(events_, event.number, {}, &AuditEvent::number);
  events_.insert(place, std::move(event));
  if (events_.size() <= kept) return;
  forgotten_ = events_.front().number;
  events_.pop_front();
}

std::vector<AuditEvent> EventLog::list(std::uint64_t after, std::size_t limit) const {
  const auto begin = std::ranges::upper_bound(events_, after, {}, &AuditEvent::number);
  const auto count = std::min(limit, static_cast<std::size_t>(events_.end() - begin));
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

std::vector<AuditEvent> EventLog::latest(std::size_t limit) const {
  const auto count = std::min(limit, events_.size());
  return {events_.end() - static_cast<std::ptrdiff_t>(count), events_.end()};
}

EventLog::Subscription EventLog::subscribe(std::function<void()> listener) {
  return {listeners_, listeners_->insert(listeners_->end(), std::move(listener))};
}

}  // namespace sluice
