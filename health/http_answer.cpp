#include "health/http_answer.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "routing/header_id.h"
#include "routing/trimmed.h"

namespace sluice {
namespace {

constexpr std::string_view start = "HTTP/1.";
constexpr std::size_t status_end = 13;  // "HTTP/1.1 200" and what follows it

// Nothing: that is no status line.
std::optional<int> status_of(std::string_view line) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool right = line.starts_with(start) && is_digit(line[7]) && line[8] == ' ' &&
                     std::ranges::all_of(line.substr(9, 3), is_digit) && line[9] != '0' &&
                     (line[12] == ' ' || line[12] == '\r' || line[12] == '\n');
  if (!right) return {};
  return (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
}

// The value of a field of the head; nothing if it has none.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  for (auto rest = head; !rest.empty();) {
    const auto line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name))
      return trimmed(line.substr(colon + 1));
  }
  return {};
}

std::optional<std::uint64_t> number(std::string_view text, int base) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end == text.data()) return {};
  const bool whole = end == text.data() + text.size() || *end == ';' || *end == ' ' || *end == '\t';
  return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

HttpAnswer::State HttpAnswer::feed(std::string_view bytes) {
  return part_ == Part::head ? read_head(bytes) : read_body(bytes);
}

HttpAnswer::State HttpAnswer::end() noexcept {
  return part_ == Part::to_close ? State::complete : State::malformed;
}

HttpAnswer::State HttpAnswer::read_head(std::string_view bytes) {
  // Most answers come whole, and then nothing is copied.
  if (!held_.empty()) held_ += bytes;
  auto text = held_.empty() ? bytes : std::string_view(held_);
  while (text.size() >= status_end) {
    const auto status = status_of(text);
    if (!status) return State::malformed;
    status_ = *status;
    if (status_ >= 200 && wanted_ == Body::ignored) return State::complete;
    const auto blank = text.find("\r\n\r\n");
    if (blank == std::string_view::npos) break;
    if (status_ >= 200) {
      const std::string head(text.substr(0, blank + 2)), after(text.substr(blank + 4));
      return end_of_head(head, after);
    }
    text.remove_prefix(blank + 4);  // an interim one (RFC 9110 §15.2): the answer follows
  }
  const bool could_be = text.starts_with(start.substr(0, text.size()));
  if (!could_be || text.size() > most_head) return State::malformed;
  held_ = std::string(text);
  return State::reading;
}

HttpAnswer::State HttpAnswer::end_of_head(std::string_view head, std::string_view after) {
  const auto coding = field(head, "Transfer-Encoding");
  const auto length = field(head, "Content-Length");
  part_ = Part::to_close;
  if (status_ == 204 || status_ == 304) return State::complete;
  if (coding) {
    if (equal_ignoring_case(*coding, "chunked")) part_ = Part::chunk_size;
  } else if (length) {
    const auto size = number(*length, 10);
    if (!size) return State::malformed;
    if (*size == 0) return State::complete;
    part_ = Part::to_length;
    left_ = *size;
  }
  held_.clear();
  return read_body(after);
}

HttpAnswer::State HttpAnswer::read_body(std::string_view bytes) {
  if (part_ == Part::to_close) return take(bytes);
  if (part_ != Part::to_length) return read_chunks(bytes);
  const auto some = bytes.substr(0, left_);
  left_ -= some.size();
  const auto state = take(some);
  return left_ == 0 ? State::complete : state;
}

HttpAnswer::State HttpAnswer::take(std::string_view bytes) {
  body_ += bytes.substr(0, most_body - body_.size());
  return body_.size() == most_body ? State::complete : State::reading;
}

// RFC 9112 §7.1; what stands in trailers is nobody's concern.
HttpAnswer::State HttpAnswer::read_chunks(std::string_view bytes) {
  while (!bytes.empty()) {
    if (part_ == Part::chunk) {
      const auto some = bytes.substr(0, left_);
      bytes.remove_prefix(some.size());
      left_ -= some.size();
      if (take(some) == State::complete) return State::complete;
      if (left_ == 0) part_ = Part::chunk_end;
      continue;
    }
    if (!read_line(bytes)) break;
    if (part_ == Part::chunk_end) {
      if (!held_.empty()) return State::malformed;
      part_ = Part::chunk_size;
    } else {
      const auto size = number(held_, 16);
      if (!size) return State::malformed;
      if (*size == 0) return State::complete;
      left_ = *size;
      part_ = Part::chunk;
    }
    held_.clear();
  }
  return held_.size() > most_head ? State::malformed : State::reading;
}

// Moves a line to `held_`, without its end; false if it has not come whole.
bool HttpAnswer::read_line(std::string_view& bytes) {
  const auto end = bytes.find('\n');
  held_ += bytes.substr(0, end);
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  if (end == std::string_view::npos) return false;
  if (held_.ends_with('\r')) held_.pop_back();
  return true;
}

}  // namespace sluice
