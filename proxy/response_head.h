// What a response says before its body. Views into the buffer of the upstream connection, or into static
// text.
#pragma once

#include <cstdint>
#include <string_view>

#include "routing/fields.h"
#include "routing/request_head.h"

namespace sluice {

struct ResponseHead {
  std::uint16_t status = 0;
  std::string_view reason;
  HttpVersion version = HttpVersion::http11;
  Fields fields;

  void clear() noexcept {
    status = 0;
    reason = {};
    fields.clear();
  }
};

}  // namespace sluice
