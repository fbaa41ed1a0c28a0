#include "proxy/h2_abuse.h"

namespace sluice {
namespace {

constexpr std::uint32_t most_early_resets = 200, most_stream_errors = 50, most_continuations = 7;

}  // namespace

std::string_view to_string(Abuse abuse) noexcept {
  switch (abuse) {
    case Abuse::none:
      break;
    case Abuse::resets:
      return "resets";
    case Abuse::stream_errors:
      return "stream_errors";
    case Abuse::empty_data:
      return "empty_data";
    case Abuse::window_updates:
      return "window_updates";
    case Abuse::priorities:
      return "priorities";
    case Abuse::continuations:
      return "continuations";
    case Abuse::control_frames:
      return "control_frames";
  }
  return "none";
}

void H2Abuse::stream_finished() noexcept {
  if (early_resets_ > 0) --early_resets_;
  if (stream_errors_ > 0) --stream_errors_;
}

Abuse H2Abuse::reset_early() noexcept {
  return ++early_resets_ > most_early_resets ? Abuse::resets : Abuse::none;
}

Abuse H2Abuse::stream_error() noexcept {
  return ++stream_errors_ > tolerance_ * most_stream_errors ? Abuse::stream_errors : Abuse::none;
}

Abuse H2Abuse::data(std::size_t bytes, bool end) noexcept {
  empty_data_ = bytes == 0 && !end ? empty_data_ + 1 : 0;
  return empty_data_ > tolerance_ ? Abuse::empty_data : Abuse::none;
}

Abuse H2Abuse::window_update() noexcept {
  const auto most = tolerance_ * (5 + 2 * streams_ + 10 * data_sent_);
  return ++window_updates_ > most ? Abuse::window_updates : Abuse::none;
}

Abuse H2Abuse::priority() noexcept {
  return ++priorities_ > tolerance_ * 100 * (1 + streams_) ? Abuse::priorities : Abuse::none;
}

Abuse H2Abuse::frame(bool continuation) noexcept {
  continuations_ = continuation ? continuations_ + 1 : 0;
  return continuations_ > most_continuations ? Abuse::continuations : Abuse::none;
}

}  // namespace sluice
