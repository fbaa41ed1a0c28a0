// Everything that can go wrong with an exchange, as codes that the access log, the answer and
// docs/configuration.md share. An error is made where it happens and becomes an answer in one place
// (respond.h).
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

enum class ErrorCode : std::uint8_t {
  none,
  // The client's doing.
  bad_request,
  uri_too_long,
  header_too_large,
  too_many_headers,
  body_too_large,
  request_timeout,
  method_not_allowed,
  expectation_failed,
  not_implemented,
  version_not_supported,
  client_closed,  // left before it had its answer: nothing can be sent
  // Ours.
  rewrite_failed,
  redirect_loop,
  too_many_connections,
  draining,
  rate_limited,
  overloaded,
  fault_injected,  // on purpose, for testing
  no_socket,       // out of descriptors, ports or memory of the kernel for another connection to a target
  // The upstream's.
  no_healthy_target,
  target_group_full,
  upstream_connect_failed,
  upstream_connect_timeout,
  upstream_tls_failed,
  upstream_timeout,
  upstream_reset,
  upstream_bad_response,
};

struct ErrorInfo {
  std::uint16_t status;   // 0: none can be sent
  std::string_view code;  // as the log and the answer say it
  std::string_view title;
};

[[nodiscard]] ErrorInfo info(ErrorCode code) noexcept;

}  // namespace sluice
