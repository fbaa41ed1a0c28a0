#include "proxy/error.h"

namespace sluice {

ErrorInfo info(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::none:
      return {200, "", ""};
    case ErrorCode::bad_request:
      return {400, "bad_request", "The request is malformed"};
    case ErrorCode::uri_too_long:
      return {414, "uri_too_long", "The request line is too long"};
    case ErrorCode::header_too_large:
      return {431, "header_too_large", "The request's header fields are too large"};
    case ErrorCode::too_many_headers:
      return {431, "too_many_headers", "The request has too many header fields"};
    case ErrorCode::body_too_large:
      return {413, "body_too_large", "The request's body is too large"};
    case ErrorCode::request_timeout:
      return {408, "request_timeout", "The request did not arrive in time"};
    case ErrorCode::method_not_allowed:
      return {405, "method_not_allowed", "This method is not allowed here"};
    case ErrorCode::expectation_failed:
      return {417, "expectation_failed", "The expectation cannot be met"};
    case ErrorCode::not_implemented:
      return {501, "not_implemented", "The transfer coding is not supported"};
    case ErrorCode::version_not_supported:
      return {505, "version_not_supported", "This HTTP version is not supported"};
    case ErrorCode::client_closed:
      return {0, "client_closed", "The client closed the connection"};
    case ErrorCode::rewrite_failed:
      return {500, "rewrite_failed", "A rule's rewriting made no valid request of this"};
    case ErrorCode::redirect_loop:
      return {508, "redirect_loop", "A rule redirects this request to itself"};
    case ErrorCode::too_many_connections:
      return {503, "too_many_connections", "Too many connections"};
    case ErrorCode::draining:
      return {503, "draining", "This proxy is shutting down"};
    case ErrorCode::rate_limited:
      return {429, "rate_limited", "Too many requests"};
    case ErrorCode::overloaded:
      return {503, "overloaded", "This proxy has too much to do"};
    case ErrorCode::fault_injected:
      return {503, "fault_injected", "A fault for testing"};
    case ErrorCode::no_socket:
      return {503, "no_socket", "This proxy can open no more connections"};
    case ErrorCode::no_healthy_target:
      return {503, "no_healthy_target", "No target is available"};
    case ErrorCode::target_group_full:
      return {503, "target_group_full", "The upstream is at its limit"};
    case ErrorCode::upstream_connect_failed:
      return {502, "upstream_connect_failed", "The upstream cannot be reached"};
    case ErrorCode::upstream_connect_timeout:
      return {504, "upstream_connect_timeout", "The upstream did not accept the connection in time"};
    case ErrorCode::upstream_tls_failed:
      return {502, "upstream_tls_failed", "The TLS handshake with the upstream failed"};
    case ErrorCode::upstream_timeout:
      return {504, "upstream_timeout", "The upstream did not answer in time"};
    case ErrorCode::upstream_reset:
      return {502, "upstream_reset", "The upstream closed the connection"};
    case ErrorCode::upstream_bad_response:
      return {502, "upstream_bad_response", "The upstream's answer is malformed"};
  }
  return {500, "unknown", ""};
}

}  // namespace sluice
