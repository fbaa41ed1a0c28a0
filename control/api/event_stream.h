// GET /v1/events: audit events as server-sent events, as they happen. It reads from the log at the pace of
// its reader, so that a slow one costs no memory.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <optional>

#include "control/api/live_body.h"
#include "control/event_log.h"

namespace sluice {

class EventStream : public LiveBody {
 public:
  static constexpr std::chrono::seconds heartbeat{15};  // proxies on the way close what is silent
  static constexpr std::size_t most_at_once = 100;      // events
  static constexpr std::size_t enough = 64 * 1024;      // bytes, after which a part takes no further event

  // Of events with a higher number than `after`.
  EventStream(EventLog& log, std::uint64_t after);

  boost::asio::awaitable<std::string> next() override;
  void stop() override;

 private:
  std::string news();

  EventLog& log_;
  std::uint64_t after_;
  bool stopped_ = false;  // log_ may be gone
  std::optional<boost::asio::steady_timer> timer_;
  EventLog::Subscription subscription_;
};

}  // namespace sluice
