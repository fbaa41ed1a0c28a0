#include "proxy/h2_abuse.h"

#include <nghttp2/nghttp2.h>

namespace sluice {
namespace {

constexpr std::uint32_t most_early_resets = 200, most_stream_errors = 50, most_continuations = 7;
constexpr std::uint32_t most_lists = 2;     // in one header block: what is a little too large gets an answer
constexpr std::size_t field_overhead = 32;  // RFC 9113 §6.5.2

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
    case Abuse::header_lists:
      return "header_lists";
    case Abuse::protocol_errors:
      return "protocol_errors";
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

Abuse H2Abuse::frame(const H2FrameHead& head) noexcept {
  if (head.type == NGHTTP2_CONTINUATION) return continuation();
  continuations_ = 0;
  switch (head.type) {
    case NGHTTP2_HEADERS:
      ++heads_;
      return Abuse::none;
    case NGHTTP2_DATA:
      return data(head);
    case NGHTTP2_WINDOW_UPDATE:
      return window_update();
    case NGHTTP2_PRIORITY:
      return priority();
    default:
      return Abuse::none;
  }
}

Abuse H2Abuse::data(const H2FrameHead& head) noexcept {
  empty_data_ = head.length == 0 && !(head.flags & NGHTTP2_FLAG_END_STREAM) ? empty_data_ + 1 : 0;
  return empty_data_ > tolerance_ ? Abuse::empty_data : Abuse::none;
}

Abuse H2Abuse::window_update() noexcept {
  const auto most = tolerance_ * (5 + 2 * heads_ + 10 * data_sent_);
  return ++window_updates_ > most ? Abuse::window_updates : Abuse::none;
}

Abuse H2Abuse::priority() noexcept {
  return ++priorities_ > tolerance_ * 100 * (1 + heads_) ? Abuse::priorities : Abuse::none;
}

Abuse H2Abuse::field(std::size_t bytes, const H2Block::Limits& list) noexcept {
  decoded_ += bytes + field_overhead;
  const auto whole = list.total + field_overhead * list.fields;
  return decoded_ > std::uint64_t{tolerance_} * most_lists * whole ? Abuse::header_lists : Abuse::none;
}

Abuse H2Abuse::continuation() noexcept {
  return ++continuations_ > most_continuations ? Abuse::continuations : Abuse::none;
}

}  // namespace sluice
