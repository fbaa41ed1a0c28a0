// The header fields that Sluice itself reads or writes, as small numbers, so that nothing on the request's
// path compares names twice. `header_id` is called once a field, by the head parsers.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

enum class HeaderId : std::uint8_t {
  other,
  connection,
  content_length,
  cookie,
  disguised,  // one of Sluice's own with _ for -, which CGI and its descendants take for the real one
  expect,
  feature_flags,
  forwarded,
  host,
  http2_settings,
  keep_alive,
  proxy_authenticate,
  proxy_connection,
  sec_websocket_accept,
  sec_websocket_key,
  te,
  trailer,
  transfer_encoding,
  upgrade,
  x_amzn_mtls_clientcert,  // and all that ALB derives from it
  x_amzn_trace_id,
  x_forwarded_for,
  x_forwarded_port,
  x_forwarded_proto,
  x_request_id,
  x_sluice_override,
  x_sluice_mirror,
  x_sluice_variant,
};

// The id of a field name in any case; `other` for names that Sluice has no part in.
[[nodiscard]] HeaderId header_id(std::string_view name) noexcept;

// ASCII case-insensitive equality (RFC 9110 §5.1: field names are case-insensitive).
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace sluice
