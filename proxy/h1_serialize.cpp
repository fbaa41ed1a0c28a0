#include "proxy/h1_serialize.h"

#include <boost/beast/http/status.hpp>

#include "proxy/passing_fields.h"
#include "proxy/upgrade.h"

namespace sluice {
namespace {

// A target that speaks HTTP/2 has answered a key that it never saw (RFC 8441 §5).
void write_switch(HeadWriter& head, const ResponseHead& response, const Exchange* exchange) {
  head << "Connection: Upgrade\r\n";
  if (response.version != HttpVersion::http2) {
    if (const auto* upgrade = response.fields.find(HeaderId::upgrade)) head << *upgrade;
    return;
  }
  head << "Upgrade: " << exchange->upgrade << "\r\n";
  if (const auto* key = exchange->request.fields.find(HeaderId::sec_websocket_key))
    head << "Sec-WebSocket-Accept: " << websocket_accept(key->value) << "\r\n";
}

}  // namespace

// What came without a length, as HTTP/2 may, goes on in chunks.
Encoding encoding_upstream(const Exchange& exchange) noexcept {
  const auto& fields = exchange.request.fields;
  if (fields.has(HeaderId::transfer_encoding)) return Encoding::chunked;
  return exchange.has_body && !fields.has(HeaderId::content_length) ? Encoding::chunked : Encoding::identity;
}

void write_request_head(HeadWriter& head, const Exchange& exchange, std::string_view websocket_key) {
  const auto& request = exchange.request;
  head << request.method << " " << exchange.rewritten.target << " HTTP/1.1\r\n";
  const bool bodiless_upgrade = !exchange.upgrade.empty() && !exchange.has_body;
  for_each_passing(exchange, [&](const Field& field) {
    if (bodiless_upgrade && field.id == HeaderId::content_length) return;  // no body of ours follows
    head << field;
  });
  // HTTP/1.0 may come without Host: an absolute form names one all the same.
  if (!exchange.rewritten.host.empty()) {
    head << "Host: " << exchange.rewritten.host << "\r\n";
  } else if (!request.fields.has(HeaderId::host)) {
    head << "Host: " << (request.authority.empty() ? exchange.target->address : request.authority) << "\r\n";
  }
  write_forwarded(head, exchange);
  if (encoding_upstream(exchange) == Encoding::chunked) head << "Transfer-Encoding: chunked\r\n";
  if (!exchange.upgrade.empty()) head << "Connection: Upgrade\r\nUpgrade: " << exchange.upgrade << "\r\n";
  if (!websocket_key.empty()) head << "Sec-WebSocket-Key: " << websocket_key << "\r\n";
  head << "\r\n";
}

void write_response_head(HeadWriter& head, const ResponseHead& response, const ResponseFraming& framing,
                         const Exchange* exchange) {
  head << "HTTP/1.1 " << std::uint64_t{response.status} << " "
       << (response.reason.empty() ? reason_phrase(response.status) : response.reason) << "\r\n";
  for_each_passing(response, exchange, [&](const Field& field) {
    if (framing.upgrade && field.id == HeaderId::content_length) return;  // what follows is the tunnel's
    head << field;
  });
  if (exchange) write_response_additions(head, *exchange);
  if (framing.encoding == Encoding::chunked) head << "Transfer-Encoding: chunked\r\n";
  if (framing.upgrade) {
    write_switch(head, response, exchange);
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
