// Where a message's body ends (RFC 9112 §6.3), decided strictly: what could be read in two ways is refused.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/error.h"
#include "proxy/response_head.h"
#include "routing/request_head.h"
#include "routing/result.h"

namespace sluice {

struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close } kind = Kind::none;
  std::uint64_t length = 0;  // if kind is length
};

struct FramingError {
  ErrorCode code;
  std::string_view reason;
};

[[nodiscard]] Result<Framing, FramingError> request_framing(const RequestHead& head) noexcept;

// `request_method` decides too: a response to HEAD has no body. 1xx are not asked about here.
[[nodiscard]] Result<Framing, FramingError> response_framing(const ResponseHead& head,
                                                             std::string_view request_method) noexcept;

// What the Connection fields say (RFC 9110 §7.6.1).
struct ConnectionOptions {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
  bool names_fields = false;  // it names a field besides these three, which must go
};
[[nodiscard]] ConnectionOptions connection_options(const Fields& fields) noexcept;

// Whether a Connection field names this one.
[[nodiscard]] bool connection_names(const Fields& fields, std::string_view name) noexcept;

}  // namespace sluice
