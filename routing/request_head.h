// What a request says before its body: all that routing decides from. Filled by the protocol sessions,
// whatever the version.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "routing/fields.h"

namespace sluice {

enum class HttpVersion : std::uint8_t { http10, http11, http2 };

struct RequestHead {
  std::string_view method;
  std::string_view target;  // origin form as it will be forwarded: path, or path?query, or *
  std::string_view path;    // target without the query
  std::string_view query;   // without the '?'; empty if there is none
  std::string_view
      authority;  // Host, or the authority of an absolute-form target; empty on HTTP/1.0 without Host
  HttpVersion version = HttpVersion::http11;
  Fields fields;
  std::array<std::uint8_t, 16>
      client{};  // who asks: the peer, or whom a trusted peer forwards for; v4 as v4-mapped

  void clear() noexcept {
    method = target = path = query = authority = {};
    fields.clear();
    client = {};
  }
};

// The host of an authority without its port ("example.com:8080" → "example.com", "[::1]:80" → "[::1]").
[[nodiscard]] std::string_view host_without_port(std::string_view authority) noexcept;

}  // namespace sluice
