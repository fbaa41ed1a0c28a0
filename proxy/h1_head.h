// The strict parser of HTTP/1 heads (RFC 9112), where request smuggling lives or dies. One pass over the
// bytes, line by line as they come, no allocation: what it takes, every other parser reads the same way
// (tests/unit/proxy/h1_oracle_test compares it with Boost.Beast's). Refused: bare CR or LF, obs-fold, white
// space before the colon, empty names, control bytes, NUL.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/error.h"
#include "proxy/response_head.h"
#include "routing/request_head.h"

namespace sluice {

struct HeadLimits {
  std::uint32_t line = 16 * 1024;   // the first line
  std::uint32_t field = 16 * 1024;  // one field line
  std::uint32_t total = 64 * 1024;  // all of the head
  std::uint32_t fields = 100;
};

struct HeadProgress {
  enum class State : std::uint8_t { incomplete, complete, failed } state = State::incomplete;
  ErrorCode error = ErrorCode::none;  // if failed
  std::string_view reason{};          // if failed: what is wrong, for the log and the answer (static text)
  std::size_t size = 0;               // if complete: bytes of the head, the empty line included
};

// The lines of a head, told apart and their fields collected. The base of the two parsers below.
class HeadLines {
 public:
  HeadLines(Fields& fields, const HeadLimits& limits) noexcept : fields_(fields), limits_(limits) {}

 protected:
  // A line without its CRLF, or nothing yet. `failed_` is set when it is malformed or over its limit.
  bool next_line(std::string_view buffer, std::string_view& line) noexcept;
  bool take_field(std::string_view line) noexcept;
  HeadProgress fail(ErrorCode error, std::string_view reason) noexcept;

  Fields& fields_;
  HeadLimits limits_;
  std::size_t line_begin_ = 0;
  std::size_t searched_ = 0;
  bool first_line_taken_ = false;
  HeadProgress failure_;
};

class RequestParser : HeadLines {
 public:
  RequestParser(RequestHead& head, const HeadLimits& limits) noexcept
      : HeadLines(head.fields, limits), head_(head) {}

  // `buffer` holds all that came of the head so far, at the same address each time.
  [[nodiscard]] HeadProgress parse(std::string_view buffer) noexcept;

 private:
  bool take_request_line(std::string_view line) noexcept;
  bool take_target(std::string_view target) noexcept;
  bool check_host() noexcept;

  RequestHead& head_;
  bool absolute_form_ = false;
};

class ResponseParser : HeadLines {
 public:
  ResponseParser(ResponseHead& head, const HeadLimits& limits) noexcept
      : HeadLines(head.fields, limits), head_(head) {}

  [[nodiscard]] HeadProgress parse(std::string_view buffer) noexcept;

 private:
  bool take_status_line(std::string_view line) noexcept;

  ResponseHead& head_;
};

// One field line without its CRLF, as heads and trailers have them; false if it is malformed.
[[nodiscard]] bool parse_field(std::string_view line, Field& field) noexcept;

// RFC 9110 §5.6.2.
[[nodiscard]] bool is_token(std::string_view text) noexcept;
// Bytes that a request target may have: all that is visible, without a fragment's #.
[[nodiscard]] bool is_target_text(std::string_view text) noexcept;
// What an authority may have (RFC 3986 §3.2), without user names and escapes; not empty.
[[nodiscard]] bool is_authority(std::string_view text) noexcept;

}  // namespace sluice
