// What calls of hooks and notifications are signed with, so that the receiver knows who calls and when.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

// "t=TIME,v1=HEX": HMAC-SHA256 of "TIME.BODY" by the secret; TIME in Unix seconds. Pure.
[[nodiscard]] std::string call_signature(std::string_view secret, std::int64_t time, std::string_view body);

}  // namespace sluice
