#include "control/api/event_stream.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "control/api/events_json.h"
#include "control/api/json_text.h"

namespace sluice {
namespace {

namespace asio = boost::asio;

// A field ends with its line, so a kind must not have one in it; JSON has none.
std::string field_text(const AuditEvent& event) {
  return "id: " + std::to_string(event.number) + "\nevent: " + event.kind +
         "\ndata: " + json_text(event_json(event)) + "\n\n";
}

}  // namespace

EventStream::EventStream(EventLog& log, std::uint64_t after)
    : log_(log), after_(after), subscription_(log.subscribe([this] {
        if (timer_) timer_->cancel();
      })) {}

asio::awaitable<std::string> EventStream::next() {
  if (!timer_) {  // the first: the reader learns at once that it is connected
    timer_.emplace(co_await asio::this_coro::executor);
    if (!stopped_) co_return ": events after " + std::to_string(after_) + "\n\n" + news();
  }
  if (stopped_) co_return std::string();
  if (auto text = news(); !text.empty()) co_return text;
  timer_->expires_after(heartbeat);
  co_await timer_->async_wait(asio::as_tuple(asio::use_awaitable));
  if (stopped_) co_return std::string();
  auto text = news();
  if (text.empty()) text = ":\n\n";
  co_return text;
}

void EventStream::stop() {
  stopped_ = true;
  if (timer_) timer_->cancel();
}

std::string EventStream::news() {
  std::string text;
  if (after_ < log_.forgotten())
    text = ": events up to " + std::to_string(log_.forgotten()) + " are no longer in memory\n\n";
  for (const auto& event : log_.list(after_, most_at_once)) {
    text += field_text(event);
    after_ = event.number;
    if (text.size() >= enough) break;
  }
  return text;
}

}  // namespace sluice
