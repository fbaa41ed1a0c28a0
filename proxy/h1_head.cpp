#include "proxy/h1_head.h"

#include <array>
#include <cstring>

#include "routing/trimmed.h"

namespace sluice {
namespace {

enum : std::uint8_t { token_char = 1, value_char = 2, target_char = 4, host_char = 8 };

constexpr auto classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    if (c == '\t' || (c >= 0x20 && c != 0x7F)) table[c] |= value_char;
    if (c > 0x20 && c < 0x7F && c != '#') table[c] |= target_char;
  }
  const auto mark = [&](std::string_view characters, std::uint8_t bit) {
    for (const char c : characters) table[static_cast<unsigned char>(c)] |= bit;
  };
  constexpr std::string_view alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  mark(alphanumeric, token_char | host_char);
  mark("!#$%&'*+-.^_`|~", token_char);
  mark("-._~!$&'()*+,;=:[]", host_char);
  return table;
}();

bool all(std::string_view text, std::uint8_t bit) noexcept {
  std::uint8_t common = bit;
  for (const char c : text) common &= classes[static_cast<unsigned char>(c)];
  return common != 0;
}

// Whether all bytes may stand in a field's value: eight at a time while none of them is a control byte (a tab
// takes the slow way). The tests for "less than n" and "equal to n" in a word are from Anderson's Bit
// Twiddling Hacks.
bool all_value_chars(std::string_view text) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101u, tops = ones << 7;
  while (text.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data(), 8);
    const std::uint64_t del = word ^ (ones * 0x7F);
    const auto controls = (word - ones * 0x20) & ~word & tops;
    const auto deletes = (del - ones) & ~del & tops;
    if (((controls | deletes) != 0) && !all(text.substr(0, 8), value_char)) return false;
    text.remove_prefix(8);
  }
  return all(text, value_char);
}

}  // namespace

bool is_token(std::string_view text) noexcept {
  return !text.empty() && all(text, token_char);
}

bool is_target_text(std::string_view text) noexcept {
  return all(text, target_char);
}

bool is_authority(std::string_view text) noexcept {
  return !text.empty() && all(text, host_char);
}

bool parse_field(std::string_view line, Field& field) noexcept {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  field.name = line.substr(0, colon);
  field.value = trimmed(line.substr(colon + 1));
  if (!is_token(field.name) || !all_value_chars(field.value)) return false;
  field.id = header_id(field.name);
  return true;
}

HeadProgress HeadLines::fail(ErrorCode error, std::string_view reason) noexcept {
  return failure_ = {.state = HeadProgress::State::failed, .error = error, .reason = reason};
}

bool HeadLines::next_line(std::string_view buffer, std::string_view& line) noexcept {
  const auto end = buffer.find('\n', searched_);
  const bool ended = end != std::string_view::npos;
  searched_ = ended ? end + 1 : buffer.size();
  const auto limit = first_line_taken_ ? limits_.field : limits_.line;
  if (searched_ - line_begin_ > limit + 2) {
    if (first_line_taken_) {
      fail(ErrorCode::header_too_large, "a header field is too long");
    } else {
      fail(ErrorCode::uri_too_long, "the first line is too long");
    }
    return false;
  }
  if (searched_ > limits_.total) {
    fail(ErrorCode::header_too_large, "the header is too large");
    return false;
  }
  if (!ended) return false;
  line = buffer.substr(line_begin_, searched_ - line_begin_ - 1);
  if (!line.ends_with('\r')) {
    fail(ErrorCode::bad_request, "a line ends in a bare LF");
    return false;
  }
  line.remove_suffix(1);
  line_begin_ = searched_;
  return true;
}

bool HeadLines::take_field(std::string_view line) noexcept {
  if (fields_.size() >= limits_.fields) {
    fail(ErrorCode::too_many_headers, "there are too many header fields");
    return false;
  }
  Field field;
  if (is_blank(line.front())) {
    fail(ErrorCode::bad_request, "a header field is folded");
    return false;
  }
  if (!parse_field(line, field)) {
    fail(ErrorCode::bad_request, "a header field is malformed");
    return false;
  }
  if (!fields_.add(field)) {
    fail(ErrorCode::too_many_headers, "there are too many header fields");
    return false;
  }
  return true;
}

HeadProgress RequestParser::parse(std::string_view buffer) noexcept {
  std::string_view line;
  while (next_line(buffer, line)) {
    if (!first_line_taken_) {
      if (line.empty() && line_begin_ == 2)
        continue;  // RFC 9112 §2.2: one empty line before a request is ignored
      if (!take_request_line(line)) return failure_;
      first_line_taken_ = true;
    } else if (line.empty()) {
      if (!check_host()) return failure_;
      return {.state = HeadProgress::State::complete, .size = line_begin_};
    } else if (!take_field(line)) {
      return failure_;
    }
  }
  return failure_;
}

bool RequestParser::take_request_line(std::string_view line) noexcept {
  const auto bad = [&](std::string_view reason) {
    fail(ErrorCode::bad_request, reason);
    return false;
  };
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("the request line is malformed");
  head_.method = line.substr(0, first);
  if (!is_token(head_.method)) return bad("the method is malformed");

  const auto version = line.substr(last + 1);
  if (version == "HTTP/1.1") {
    head_.version = HttpVersion::http11;
  } else if (version == "HTTP/1.0") {
    head_.version = HttpVersion::http10;
  } else if (version.size() == 8 && version.starts_with("HTTP/") && version[5] >= '0' && version[5] <= '9' &&
             version[6] == '.' && version[7] >= '0' && version[7] <= '9') {
    fail(ErrorCode::version_not_supported, "the HTTP version is not supported");
    return false;
  } else {
    return bad("the HTTP version is malformed");
  }

  const auto target = line.substr(first + 1, last - first - 1);
  if (target.empty() || !is_target_text(target)) return bad("the request target is malformed");
  if (head_.method == "CONNECT" || head_.method == "TRACE") {
    fail(ErrorCode::method_not_allowed, "CONNECT and TRACE are not allowed");
    return false;
  }
  return take_target(target) || bad("the request target is malformed");
}

// RFC 9112 §3.2: origin form, absolute form, or * for OPTIONS.
bool RequestParser::take_target(std::string_view target) noexcept {
  if (target == "*") {
    if (head_.method != "OPTIONS") return false;
  } else if (!target.starts_with('/')) {
    const auto scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos) return false;
    const auto scheme = target.substr(0, scheme_end);
    if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) return false;
    target.remove_prefix(scheme_end + 3);
    const auto authority_end = target.find_first_of("/?");
    head_.authority = target.substr(0, authority_end);
    absolute_form_ = true;
    if (!is_authority(head_.authority)) return false;
    target = authority_end == std::string_view::npos ? std::string_view("/") : target.substr(authority_end);
    if (target.front() != '/') return false;
  }
  head_.target = target;
  const auto question = target.find('?');
  head_.path = target.substr(0, question);
  head_.query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  return true;
}

// RFC 9112 §3.2: exactly one Host on 1.1, at most one on 1.0, and the same as an absolute form's authority.
bool RequestParser::check_host() noexcept {
  const auto bad = [&](std::string_view reason) {
    fail(ErrorCode::bad_request, reason);
    return false;
  };
  const Field* host = nullptr;
  for (const auto& field : head_.fields) {
    if (field.id != HeaderId::host) continue;
    if (host) return bad("there are several Host fields");
    host = &field;
  }
  if (!host) return head_.version == HttpVersion::http10 || bad("there is no Host field");
  if (!is_authority(host->value)) return bad("the Host field is malformed");
  if (absolute_form_ && !equal_ignoring_case(host->value, head_.authority))
    return bad("the Host field differs from the request target");
  head_.authority = host->value;
  return true;
}

HeadProgress ResponseParser::parse(std::string_view buffer) noexcept {
  std::string_view line;
  while (next_line(buffer, line)) {
    if (!first_line_taken_) {
      if (!take_status_line(line))
        return fail(ErrorCode::upstream_bad_response, "the status line is malformed");
      first_line_taken_ = true;
    } else if (line.empty()) {
      return {.state = HeadProgress::State::complete, .size = line_begin_};
    } else if (!take_field(line)) {
      return failure_;
    }
  }
  return failure_;
}

// RFC 9112 §4; the reason phrase and the space before it may be missing.
bool ResponseParser::take_status_line(std::string_view line) noexcept {
  if (line.starts_with("HTTP/1.1 ")) {
    head_.version = HttpVersion::http11;
  } else if (line.starts_with("HTTP/1.0 ")) {
    head_.version = HttpVersion::http10;
  } else {
    return false;
  }
  line.remove_prefix(9);
  if (line.size() < 3) return false;
  std::uint16_t status = 0;
  for (const char c : line.substr(0, 3)) {
    if (c < '0' || c > '9') return false;
    status = static_cast<std::uint16_t>(status * 10 + (c - '0'));
  }
  if (status < 100 || status > 599) return false;
  line.remove_prefix(3);
  if (!line.empty() && line.front() != ' ') return false;
  head_.status = status;
  head_.reason = line.empty() ? line : line.substr(1);
  return all(head_.reason, value_char);
}

}  // namespace sluice
