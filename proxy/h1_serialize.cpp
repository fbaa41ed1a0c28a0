#include "proxy/h1_serialize.h"

#include <boost/beast/http/status.hpp>

#include "proxy/forwarded_headers.h"
#include "proxy/h1_framing.h"
#include "proxy/response_edits.h"

namespace sluice {
namespace {

// Whether a Connection field takes this one away. Host and what frames the message never go that way.
bool named_by_connection(const Fields& fields, const Field& field) noexcept {
  return field.id != HeaderId::host && field.id != HeaderId::content_length &&
         connection_names(fields, field.name);
}

}  // namespace

void write_request_head(HeadWriter& head, const Exchange& exchange) {
  const auto& request = exchange.request;
  head << request.method << " " << exchange.rewritten.target << " HTTP/1.1\r\n";
  const auto connection = connection_options(request.fields);
  for (const auto& field : request.fields) {
    if (!passes_upstream(field, exchange)) continue;
    if (connection.names_fields && named_by_connection(request.fields, field)) continue;
    if (field.id == HeaderId::expect && !exchange.expects_continue) continue;
    if (field.id == HeaderId::host && !exchange.rewritten.host.empty()) continue;
    head << field;
  }
  // HTTP/1.0 may come without Host: an absolute form names one all the same.
  if (!exchange.rewritten.host.empty()) {
    head << "Host: " << exchange.rewritten.host << "\r\n";
  } else if (!request.fields.has(HeaderId::host)) {
    head << "Host: " << (request.authority.empty() ? exchange.target->address : request.authority) << "\r\n";
  }
  write_forwarded(head, exchange);
  if (request.fields.find(HeaderId::transfer_encoding)) head << "Transfer-Encoding: chunked\r\n";
  if (exchange.wants_upgrade)
    head << "Connection: Upgrade\r\nUpgrade: " << request.fields.find(HeaderId::upgrade)->value << "\r\n";
  head << "\r\n";
}

void write_response_head(HeadWriter& head, const ResponseHead& response, const ResponseFraming& framing,
                         const Exchange* exchange) {
  head << "HTTP/1.1 " << std::uint64_t{response.status} << " "
       << (response.reason.empty() ? reason_phrase(response.status) : response.reason) << "\r\n";
  const auto connection = connection_options(response.fields);
  for (const auto& field : response.fields) {
    if (framing.upgrade && field.id == HeaderId::upgrade) {
      head << field;
      continue;
    }
    if (!passes_downstream(field)) continue;
    if (connection.names_fields && named_by_connection(response.fields, field)) continue;
    if (exchange && rule_drops(*exchange, field)) continue;
    head << field;
  }
  if (exchange) write_response_additions(head, *exchange);
  if (framing.encoding == Encoding::chunked) head << "Transfer-Encoding: chunked\r\n";
  if (framing.upgrade) {
    head << "Connection: Upgrade\r\n";
  } else if (framing.close) {
    head << "Connection: close\r\n";
  } else if (framing.keep_alive) {
    head << "Connection: keep-alive\r\n";
  }
  head << "\r\n";
}

std::string_view reason_phrase(std::uint16_t status) noexcept {
  const auto phrase = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return phrase == "<unknown-status>" ? std::string_view("") : std::string_view(phrase.data(), phrase.size());
}

}  // namespace sluice
